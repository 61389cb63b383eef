# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from openpose_ros.io.frames import FrameSelection
from openpose_ros.nodes.camera_parameters import SourceParameters

WRONG = [
    ({'rotate': 45}, "'source.rotate' is 45, expected one of 0, 90, 180, 270"),
    ({'first_frame': 5, 'last_frame': 4}, "'source.last_frame' is 4, expected -1 or at least"),
    ({'pixel_format': 'JPEG2'}, "'source.pixel_format' is 'JPEG2', expected four"),
    ({'flip': 'both'}, "'source.flip' is 'both', expected one of none, horizontal, vertical"),
    ({'frame_step': 0}, "'source.frame_step' is 0"),
]


@pytest.mark.parametrize(('values', 'text'), WRONG)
def test_source_parameters_wrong_values_raise(values: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        SourceParameters(**values)


def test_source_parameters_give_selection_and_camera_format() -> None:
    source = SourceParameters(
        first_frame=2, last_frame=9, frame_step=3, width_px=1280, rate_hz=30.0, pixel_format='MJPG'
    )
    assert source.selection() == FrameSelection(2, 9, 3)
    camera = source.camera_format()
    assert (camera.width_px, camera.height_px, camera.fps) == (1280, 0, 30.0)
    assert camera.fourcc == 'MJPG'
