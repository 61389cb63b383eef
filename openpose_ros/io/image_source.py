# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Frames from an image file or a folder of images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
import re

from openpose_ros.io.frames import BadFrame
from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.frames import FrameSource
from openpose_ros.io.frames import SourceError
from openpose_ros.io.pixels import decode_image

IMAGE_SUFFIXES = (
    '.bmp', '.jpeg', '.jpg', '.pgm', '.png', '.pnm', '.ppm', '.tif', '.tiff', '.webp',
)  # fmt: skip

# Images carry no time. Ten in a second can be followed by eye and by a network on a CPU.
IMAGE_PERIOD_SEC = 0.1


def natural_key(path: Path) -> tuple[list[str | int], str]:
    """
    Return a sorting key that puts ``frame_9`` before ``frame_10``.

    :param path: File; only its name counts.
    """
    pieces = re.split(r'(\d+)', path.name.lower())
    # Every other piece is a number, so that numbers only ever meet numbers.
    return [int(piece) if i % 2 else piece for i, piece in enumerate(pieces)], path.name


class ImageSource(FrameSource):
    """
    Images from files, in the order given. One that cannot be read is yielded as a bad frame.

    :param name: What the source is, for messages.
    :param paths: Image files.
    :param clock: Gives :attr:`Frame.grabbed_ns`.
    :param selection: Frames wanted.
    """

    def __init__(
        self, name: str, paths: list[Path], *, clock: Callable[[], int], selection: FrameSelection
    ) -> None:
        """Keep the list; files are read one by one."""
        super().__init__(
            name, frame_count=len(paths), fps=None, live=False, selection=selection
        )
        self._paths = paths
        self._clock = clock

    @classmethod
    def from_file(
        cls, path: Path, *, clock: Callable[[], int], selection: FrameSelection
    ) -> ImageSource:
        """
        Make a source of one image.

        :param path: Image file.
        :param clock: Gives :attr:`Frame.grabbed_ns`.
        :param selection: Frames wanted.
        :raises SourceError: If the file cannot be decoded; there is nothing else to go on with.
        """
        source = cls(str(path), [path], clock=clock, selection=selection)
        image = source._read(0)
        if isinstance(image, BadFrame):
            raise SourceError(str(image))
        return source

    @classmethod
    def from_folder(
        cls, folder: Path, *, clock: Callable[[], int], selection: FrameSelection
    ) -> ImageSource:
        """
        Make a source of the images in a folder, without its subfolders, in natural order.

        :param folder: Folder.
        :param clock: Gives :attr:`Frame.grabbed_ns`.
        :param selection: Frames wanted.
        :raises SourceError: If it cannot be listed or holds no file with an accepted suffix.
        """
        try:
            files = [path for path in folder.iterdir() if path.is_file()]
        except OSError as error:
            raise SourceError(f"folder '{folder}' cannot be read: {error.strerror}") from error
        images = [
            path
            for path in files
            if path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith('.')
        ]
        if not images:
            raise SourceError(
                f"folder '{folder}' holds no image, expected files ending in "
                f'{", ".join(IMAGE_SUFFIXES)}'
            )
        ordered = sorted(images, key=natural_key)
        return cls(str(folder), ordered, clock=clock, selection=selection)

    def close(self) -> None:
        """Do nothing: no file stays open between two images."""

    def _read(self, index: int) -> Frame | BadFrame | None:
        if index >= len(self._paths):
            return None
        path = self._paths[index]
        try:
            pixels = decode_image(path.read_bytes())
        except OSError as error:
            return BadFrame(str(path), index, f'the file cannot be read: {error.strerror}')
        except ValueError as error:
            return BadFrame(str(path), index, str(error))
        return Frame(pixels, index, index * IMAGE_PERIOD_SEC, path.stem, self._clock())

    def _skip(self, index: int) -> bool:
        return index < len(self._paths)
