# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a source of images is, and the frames it yields."""

from __future__ import annotations

from abc import ABC
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from openpose_ros.types import Array


class SourceError(ValueError):
    """A source that cannot be opened or that stopped; the text names it and says why."""


@dataclass(frozen=True, eq=False)
class Frame:
    """
    One image of a source.

    :param pixels: Image, blue green red, shape ``(H, W, 3)``, uint8.
    :param index: Position in the source, from 0; frames left out are counted.
    :param time_sec: Media time in seconds: 0 at frame 0 of a video, spaced by
        :data:`~openpose_ros.io.image_source.IMAGE_PERIOD_SEC` for images, which have no time of
        their own, and since the first frame for a camera.
    :param name: Name for files made from this frame, without folder and suffix.
    :param grabbed_ns: Time of the source's clock when the frame came, in nanoseconds.
    """

    pixels: Array
    index: int
    time_sec: float
    name: str
    grabbed_ns: int


@dataclass(frozen=True)
class BadFrame:
    """
    Something that should have been a frame: yielded in its place, so that it can be counted.

    :param name: The file, or the video and its frame number.
    :param index: Position in the source, from 0.
    :param reason: What is wrong.
    :param count: Number of frames lost; more than one at the end of a truncated video.
    """

    name: str
    index: int
    reason: str
    count: int = 1

    def __str__(self) -> str:
        """Return the problem as one line."""
        return f"'{self.name}': {self.reason}"


@dataclass(frozen=True)
class FrameSelection:
    """
    Which frames of a source are wanted, counted from 0.

    :param first: First frame.
    :param last: Last frame, itself included; -1 for all.
    :param step: Distance of the frames wanted; 1 for each.
    :raises ValueError: If the selection is empty or not a selection.
    """

    first: int = 0
    last: int = -1
    step: int = 1

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.first < 0:
            raise ValueError(f'the first frame is {self.first}, expected 0 or more')
        if self.step < 1:
            raise ValueError(f'the frame step is {self.step}, expected 1 or more')
        if self.last != -1 and self.last < self.first:
            raise ValueError(
                f'the last frame is {self.last}, expected -1 (all) or at least the first '
                f'frame, {self.first}'
            )

    def wants(self, index: int) -> bool:
        """
        Return whether a frame is wanted.

        :param index: Position in the source.
        """
        return index >= self.first and (index - self.first) % self.step == 0

    def is_past(self, index: int) -> bool:
        """
        Return whether neither this frame nor any behind it is wanted.

        :param index: Position in the source.
        """
        return self.last != -1 and index > self.last


class FrameSource(ABC):
    """
    A sequence of images: iterate it for :class:`Frame` and :class:`BadFrame`, then close it.

    :param name: What the source is, for messages; holds no password.
    :param frame_count: Number of frames before any selection, ``None`` if unknown. Some video
        containers only let it be estimated.
    :param fps: Frames per second of the media, ``None`` if it has no rate.
    :param live: True for a camera: frames come when they come, and what is not read is lost.
    :param selection: Frames wanted.
    """

    def __init__(
        self,
        name: str,
        *,
        frame_count: int | None,
        fps: float | None,
        live: bool,
        selection: FrameSelection,
    ) -> None:
        """Start before the first frame."""
        self.name = name
        self.frame_count = frame_count
        self.fps = fps
        self.live = live
        self.selection = selection
        self._position = 0

    def __iter__(self) -> Iterator[Frame | BadFrame]:
        """
        Yield the frames wanted, from where the last iteration stopped.

        :raises SourceError: If a camera stops delivering, or the source ends before the first
            frame wanted.
        """
        while not self.selection.is_past(self._position):
            if self.selection.wants(self._position):
                item = self._read(self._position)
                if item is None:
                    yield from self._report_end()
                    return
                self._position += 1
                yield item
            elif self._skip(self._position):
                self._position += 1
            else:
                yield from self._report_end()
                return

    def __enter__(self) -> FrameSource:
        """Return the source itself; it is closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the source."""
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Give files and devices back; more than once is harmless."""

    @abstractmethod
    def _read(self, index: int) -> Frame | BadFrame | None:
        """Return the next frame, ``None`` at the end."""

    @abstractmethod
    def _skip(self, index: int) -> bool:
        """Leave the next frame out; false at the end."""

    def _end_problem(self, frames_read: int) -> BadFrame | None:
        """Return what is wrong with an end after so many frames, if anything."""
        return None

    def _report_end(self) -> Iterator[BadFrame]:
        problem = self._end_problem(self._position)
        if problem is not None:
            yield problem
        if self._position <= self.selection.first:
            raise SourceError(
                f"'{self.name}' ends after {self._position} frames, before the first frame "
                f'wanted, {self.selection.first}'
            )
