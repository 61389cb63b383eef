# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Whether a JPEG image is all there: some decoders make up what is missing and say nothing."""

from __future__ import annotations

_START = b'\xff\xd8'
_END = b'\xff\xd9'
_MARKER = 0xFF
_START_OF_SCAN = 0xDA


def is_cut_off(data: bytes) -> bool:
    """
    Return whether the data are a JPEG image without its end.

    OpenCV 4 fills what is missing with grey, so that half an image looks like a whole one. The
    end is looked for behind the headers, since the preview in them has an end of its own, and
    anything may follow it: padding, a second image. Damage within the pixels is not noticed.

    :param data: Content of an image file of any kind.
    """
    if not data.startswith(_START):
        return False
    position = len(_START)
    while position + 4 <= len(data):
        if data[position] != _MARKER:
            return False  # not cut off but broken, which decoders do notice
        kind = data[position + 1]
        if kind == _MARKER:  # a byte that fills up
            position += 1
            continue
        position += 2 + int.from_bytes(data[position + 2 : position + 4], 'big')
        if kind == _START_OF_SCAN:
            return data.rfind(_END, position) < 0
    return True
