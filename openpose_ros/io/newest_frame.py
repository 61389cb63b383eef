# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A thread that reads a camera, so that whoever asks gets its newest frame and no backlog."""

from __future__ import annotations

from collections.abc import Callable
import threading

from openpose_ros.io.frames import BadFrame
from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSource


class NewestFrameReader:
    """
    Reads a live source as fast as it delivers and keeps the newest frame.

    :param source: Opened source; closed by the reader's thread, which alone uses it.
    :param on_bad_frame: Called, in the reader's thread, with each frame that cannot be read.
    """

    def __init__(self, source: FrameSource, on_bad_frame: Callable[[BadFrame], None]) -> None:
        """Start reading."""
        self._source = source
        self._on_bad_frame = on_bad_frame
        self._changed = threading.Condition()
        self._newest: Frame | None = None
        self._failure: Exception | None = None
        self._ended = False
        self._stopped = False
        threading.Thread(target=self._read, name='camera reader', daemon=True).start()

    def take(self, timeout_sec: float) -> Frame | None:
        """
        Return the newest frame if it was not taken yet.

        :param timeout_sec: How long to wait for one; ``None`` is returned after that.
        :raises SourceError: If the source failed, once its last frame is taken; whatever else
            went wrong in its thread likewise.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None or self._ended, timeout_sec)
            frame, self._newest = self._newest, None
            if frame is None and self._failure is not None:
                raise self._failure
            return frame

    @property
    def ended(self) -> bool:
        """Whether nothing is left: neither a frame nor a failure that :meth:`take` would raise."""
        with self._changed:
            return self._ended and self._newest is None and self._failure is None

    def stop(self) -> None:
        """Stop after the frame that is being read; does not wait for it."""
        self._stopped = True

    def _read(self) -> None:
        try:
            with self._source as source:
                for item in source:
                    if self._stopped:
                        break
                    self._keep(item)
        except Exception as error:  # noqa: BLE001 - raised again by who takes frames
            self._failure = error
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _keep(self, item: Frame | BadFrame) -> None:
        if isinstance(item, BadFrame):
            self._on_bad_frame(item)
            return
        with self._changed:
            self._newest = item
            self._changed.notify_all()
