# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Plays a source of images: a recording in real time, a camera as it comes."""

from __future__ import annotations

import threading
import time

from rclpy.node import Node

from openpose_ros.io.frames import BadFrame
from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSource
from openpose_ros.io.newest_frame import NewestFrameReader
from openpose_ros.io.pixels import orient
from openpose_ros.io.sources import open_source
from openpose_ros.nodes.camera_parameters import CameraParameters
from openpose_ros.nodes.camera_parameters import PublishParameters
from openpose_ros.nodes.camera_parameters import SourceParameters
from openpose_ros.nodes.diagnostic_status import Level
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.frame_publisher import FramePublisher
from openpose_ros.nodes.frame_statistics import FrameStatistics
from openpose_ros.nodes.parameters import NodeParameters
from openpose_ros.nodes.playback import frame_period_sec
from openpose_ros.nodes.playback import LARGEST_OFFSET_NS
from openpose_ros.nodes.playback import NS_PER_SEC
from openpose_ros.nodes.playback import PlaybackSchedule
from openpose_ros.nodes.running import NodeError

# Longest sleep: how soon a change of the (simulated) clock is noticed.
NAP_SEC = 0.02
CLOCK_PATIENCE_SEC = 1.0
WARN_PERIOD_SEC = 5.0
DELIVERY_TIMEOUT_SEC = 2.0


class CameraPlayer:
    """
    Reads the source named by the parameters and publishes its frames.

    :param node: Whose clock and logger to use.
    :param parameters: Of :data:`~openpose_ros.nodes.camera_parameters.CAMERA_GROUPS`.
    :param publisher: Publishes the frames.
    :param statistics: Where the frames are counted.
    """

    def __init__(
        self,
        node: Node,
        parameters: NodeParameters,
        publisher: FramePublisher,
        statistics: FrameStatistics,
    ) -> None:
        """Keep what is needed; nothing is opened yet."""
        self._clock = node.get_clock()
        self._logger = node.get_logger()
        self._parameters = parameters
        self._source = parameters.get(SourceParameters)
        self._publisher = publisher
        self._statistics = statistics
        self._name = ''
        self._plays = False
        self._published = 0
        self._skipped = 0
        self._bad = 0
        self._in_step = False
        self._stopped = threading.Event()

    @property
    def plays(self) -> bool:
        """Whether frames are to come now."""
        return self._plays

    def status(self) -> Status:
        """Return what is read, and who wants it."""
        values = {
            'source': self._name,
            'image_topic': self._publisher.topic,
            'subscribers': str(self._publisher.subscriber_count()),
        }
        if not self._name:
            return Status('source', Level.OK, 'opens the source', values)
        doing = 'plays' if self._plays else 'waits for its start'
        return Status('source', Level.OK, f"{doing} '{self._name}'", values)

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Make :meth:`play` return soon; to be called from another thread."""
        self._stopped.set()

    def play(self) -> None:
        """
        Play until the end or :meth:`stop`.

        :raises ValueError: If the source cannot be opened, a camera stops delivering, or the
            calibration does not fit the images.
        :raises NodeError: If a recording has no frame that can be read.
        """
        source = self._open()
        if source.live:
            self._plays = True
            self._follow(source)
            return
        self._wait_for_subscribers()
        start_ns = self._wait_for_start()
        self._plays = True
        while not self._stopped.is_set():
            with source:
                start_ns = self._play_once(source, start_ns)
            if not self._source.loop:
                break
            source = self._open()
        self._publisher.wait_until_received(DELIVERY_TIMEOUT_SEC, self._stopped)
        self._logger.info(
            f"end of '{source.name}': {self._published} frames published, "
            f'{self._skipped} skipped, {self._bad} bad'
        )

    def _open(self) -> FrameSource:
        source = open_source(
            self._source.uri,
            self._source.selection(),
            camera_format=self._source.camera_format(),
            timeout_sec=self._source.timeout_sec,
            clock=self._now_ns,
        )
        is_first, self._name = not self._name, source.name
        count = '' if source.frame_count is None else f', {source.frame_count} frames'
        rate = '' if source.fps is None else f', {source.fps:.2f} Hz'
        if is_first:
            self._logger.info(f"'{source.name}'{count}{rate} on {self._publisher.topic}")
        return source

    def _wait_for_subscribers(self) -> None:
        """Wait for the simulated clock, if that is used, and then for the subscribers."""
        start_sec = time.monotonic()
        while self._now_ns() == 0 and not self._stopped.wait(NAP_SEC):
            if time.monotonic() - start_sec > CLOCK_PATIENCE_SEC:
                self._logger.warning(
                    'use_sim_time is set, but there is no time on /clock: the recording waits '
                    'for it',
                    throttle_duration_sec=WARN_PERIOD_SEC,
                )
        parameters = self._parameters.get(CameraParameters)
        timeout_sec, wanted = parameters.wait_for_subscriber_sec, parameters.wait_for_subscribers
        end_sec = time.monotonic() + timeout_sec
        while (count := self._publisher.subscriber_count()) < wanted:
            if time.monotonic() >= end_sec:
                break
            if self._stopped.wait(NAP_SEC):
                return
        if timeout_sec > 0 and count < wanted:
            self._logger.warning(
                f'{count} of {wanted} subscribers of {self._publisher.topic} came within '
                f'{timeout_sec} s'
            )

    def _wait_for_start(self) -> int:
        """Wait for the start time asked for; return when the first frame is due."""
        asked_sec = self._parameters.get(CameraParameters).start_time_sec
        asked_ns = round(asked_sec * NS_PER_SEC)
        left_sec = (asked_ns - self._now_ns()) / NS_PER_SEC
        if left_sec > CLOCK_PATIENCE_SEC:  # years, if it was asked for by another clock
            self._logger.info(f"the recording starts in {left_sec:.0f} s by the node's clock")
        while (now_ns := self._now_ns()) < asked_ns and not self._stopped.is_set():
            self._stopped.wait(min((asked_ns - now_ns) / NS_PER_SEC, NAP_SEC))
        late_ns = now_ns - asked_ns
        if not asked_ns:
            return now_ns
        if late_ns <= LARGEST_OFFSET_NS:  # the schedule catches up
            self._in_step = True
            return asked_ns
        self._logger.warning(
            f"parameter 'start_time_sec' is {asked_sec}, {late_ns / NS_PER_SEC:.1f} s ago: the "
            'recording starts now, not in step with other cameras'
        )
        return now_ns

    def _play_once(self, source: FrameSource, start_ns: int) -> int:
        """Publish a recording once in real time; return when the next pass starts."""
        rate_hz = self._source.rate_hz
        period_sec = frame_period_sec(source, rate_hz)
        schedule = PlaybackSchedule(
            start_ns, period_sec=period_sec, rate_hz=rate_hz, in_step=self._in_step
        )
        for item in source:
            if isinstance(item, BadFrame):
                self._count_bad(item)
                continue
            if schedule.place(item.time_sec, self._now_ns()) is None:
                self._count_skipped(schedule)
            elif self._sleep_until_due(schedule):
                self._publish(item, schedule.due_ns)
            if self._stopped.is_set():
                return schedule.end_ns
        if self._published + self._skipped == 0:
            raise NodeError(f"no frame of '{source.name}' can be read")
        return schedule.end_ns

    def _follow(self, source: FrameSource) -> None:
        """
        Publish a camera's newest frames until it ends, at most at the rate asked for.

        The node's clock gives the stamps only: one that is set must not stop the camera.
        """
        reader = NewestFrameReader(source, self._count_bad)
        rate_hz = self._source.rate_hz
        period_sec = 1.0 / rate_hz if rate_hz > 0 else 0.0
        due_sec = time.monotonic()
        while not reader.ended and not self._stopped.wait(max(due_sec - time.monotonic(), 0.0)):
            frame = reader.take(NAP_SEC)
            if frame is not None:
                self._publish(frame, frame.grabbed_ns)
                due_sec = max(due_sec + period_sec, time.monotonic())
        reader.stop()

    def _publish(self, frame: Frame, stamp_ns: int) -> None:
        pixels = orient(frame.pixels, self._source.flip, self._source.rotate)
        quality = self._parameters.get(PublishParameters).jpeg_quality
        started = time.perf_counter()
        self._statistics.count_received()
        self._publisher.publish(pixels, stamp_ns, quality)
        self._published += 1
        self._statistics.count_processed(overhead=time.perf_counter() - started)

    def _count_bad(self, bad: BadFrame) -> None:
        self._bad += bad.count
        for _ in range(bad.count):
            self._statistics.count_received()
            self._statistics.count_dropped('invalid', str(bad))
        self._logger.warning(
            f'{bad} ({self._bad} bad frames so far)', throttle_duration_sec=WARN_PERIOD_SEC
        )

    def _count_skipped(self, schedule: PlaybackSchedule) -> None:
        self._skipped += 1
        self._statistics.count_received()
        self._statistics.count_dropped('skipped', 'reading or publishing is too slow')
        self._logger.warning(
            f'reading or publishing is too slow: {self._skipped} frames skipped so far, the '
            f'recording was delayed {schedule.restarts} times',
            throttle_duration_sec=WARN_PERIOD_SEC,
        )

    def _sleep_until_due(self, schedule: PlaybackSchedule) -> bool:
        """Sleep until the frame placed last is due; false if stopped meanwhile."""
        while (left_ns := schedule.left_ns(self._now_ns())) > 0:
            if self._stopped.wait(min(left_ns / NS_PER_SEC, NAP_SEC)):
                return False
        return not self._stopped.is_set()

    def _now_ns(self) -> int:
        return int(self._clock.now().nanoseconds)
