# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""CameraPlayer with a clock that is set while it plays, which no test may do to the system's."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
import threading
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.frames import FrameSource
from openpose_ros.nodes import camera_player
from openpose_ros.nodes.camera_parameters import CAMERA_GROUPS
from openpose_ros.nodes.camera_parameters import CameraParameters
from openpose_ros.nodes.camera_parameters import SourceParameters
from openpose_ros.nodes.camera_player import CameraPlayer
from openpose_ros.nodes.frame_statistics import FrameStatistics

HOUR_NS = 3_600_000_000_000
FRAME_SEC = 0.05


class Node:
    """What a player uses of a node: a clock, here one that can be set, and a logger."""

    def __init__(self, start_ns: int) -> None:
        self.offset_ns = start_ns - time.monotonic_ns()
        self.standing_ns: int | None = None
        self.running = True
        self.infos: list[str] = []
        self.warnings: list[str] = []

    def now_ns(self) -> int:
        if self.standing_ns is not None:
            return self.standing_ns
        return time.monotonic_ns() + self.offset_ns if self.running else 0

    def get_clock(self) -> Any:
        return SimpleNamespace(now=lambda: SimpleNamespace(nanoseconds=self.now_ns()))

    def get_logger(self) -> Any:
        return self

    def info(self, text: str) -> None:
        self.infos.append(text)

    def warning(self, text: str, throttle_duration_sec: float = 0.0) -> None:
        self.warnings.append(text)


class Publisher:
    """Keeps the stamps, with the time of the node's clock at which they came."""

    topic = '/image'

    def __init__(self, node: Node) -> None:
        self._node = node
        self.published: list[tuple[int, int]] = []
        self.subscribers = 1

    def subscriber_count(self) -> int:
        return self.subscribers

    def publish(self, pixels: Any, stamp_ns: int, jpeg_quality: int) -> None:
        self.published.append((stamp_ns, self._node.now_ns()))

    def wait_until_received(self, timeout_sec: float, stopped: threading.Event) -> None:
        pass


class Source(FrameSource):
    """Frames for ever, 20 a second."""

    def __init__(
        self, node: Node, *, live: bool, frames: int | None = None, read_sec: float = 0.0
    ) -> None:
        super().__init__(
            'frames', frame_count=frames, fps=1 / FRAME_SEC, live=live, selection=FrameSelection()
        )
        self._node = node
        self._frames = frames
        self._read_sec = FRAME_SEC if live else read_sec

    def close(self) -> None:
        pass

    def _read(self, index: int) -> Frame | None:
        time.sleep(self._read_sec)
        if self._frames is not None and index >= self._frames:
            return None
        pixels = np.zeros((2, 2, 3), np.uint8)
        return Frame(pixels, index, index * FRAME_SEC, str(index), self._node.now_ns())

    def _skip(self, index: int) -> bool:
        return True


class Playing:
    """A player in a thread of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.node = Node(10 * HOUR_NS)
        self.publisher = Publisher(self.node)
        self.statistics = FrameStatistics()
        self._player: CameraPlayer | None = None
        self._thread = threading.Thread()

    def start(
        self,
        *,
        live: bool,
        rate_hz: float = 0.0,
        wait_sec: float = 0.0,
        start_sec: float = 0.0,
        subscribers: int = 1,
        loop_frames: int | None = None,
        read_sec: float = 0.0,
    ) -> None:
        groups = {group: group() for group in CAMERA_GROUPS}
        groups[SourceParameters] = SourceParameters(
            uri='frames', rate_hz=rate_hz, loop=loop_frames is not None
        )
        groups[CameraParameters] = CameraParameters(
            wait_for_subscriber_sec=wait_sec,
            wait_for_subscribers=subscribers,
            start_time_sec=start_sec,
        )
        self._monkeypatch.setattr(
            camera_player,
            'open_source',
            lambda *_, **__: Source(self.node, live=live, frames=loop_frames, read_sec=read_sec),
        )
        parameters: Any = SimpleNamespace(get=groups.__getitem__)
        node: Any = self.node
        publisher: Any = self.publisher
        self._player = CameraPlayer(node, parameters, publisher, self.statistics)
        self._thread = threading.Thread(target=self._player.play, daemon=True)
        self._thread.start()

    def wait_for(self, condition: Callable[[], bool], timeout_sec: float = 10.0) -> None:
        end = time.monotonic() + timeout_sec
        while not condition():
            assert time.monotonic() < end, 'waited in vain'
            time.sleep(0.01)

    def stop(self) -> None:
        if self._player is not None:
            self._player.stop()
            self._thread.join(timeout=5.0)
            assert not self._thread.is_alive()


@pytest.fixture
def playing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Playing]:
    one = Playing(monkeypatch)
    yield one
    one.stop()


# Who does not notice the jump of less than LARGEST_OFFSET_NS waits until the time is again what it
# was: longer than the test does.
@pytest.mark.parametrize('jump_ns', [-HOUR_NS, -4_800_000_000, HOUR_NS], ids=['hour', '5s', 'on'])
@pytest.mark.parametrize('rate_hz', [0.0, 10.0])
@pytest.mark.parametrize('live', [True, False], ids=['camera', 'recording'])
def test_clock_that_is_set_does_not_stop_the_frames(
    playing: Playing, live: bool, rate_hz: float, jump_ns: int
) -> None:
    published = playing.publisher.published
    playing.start(live=live, rate_hz=rate_hz)
    playing.wait_for(lambda: len(published) >= 4)
    before = len(published)
    playing.node.offset_ns += jump_ns
    playing.wait_for(lambda: len(published) >= before + 5, timeout_sec=4.5)
    ages_ns = [abs(now_ns - stamp_ns) for stamp_ns, now_ns in published[before + 1 :]]
    # The stamps are those of the clock that was set; a busy machine may be late with one.
    assert np.median(ages_ns) < 0.5e9


def test_recording_without_simulated_time_says_so_and_starts_with_it(playing: Playing) -> None:
    playing.node.running = False
    playing.start(live=False)
    playing.wait_for(lambda: bool(playing.node.warnings))
    assert 'no time on /clock' in playing.node.warnings[0]
    assert not playing.publisher.published
    playing.node.running = True
    playing.wait_for(lambda: len(playing.publisher.published) > 2)


def test_wait_for_a_subscriber_ends_though_the_clock_is_set_back(playing: Playing) -> None:
    playing.publisher.subscribers = 0
    playing.start(live=False, wait_sec=0.5)
    time.sleep(0.1)
    playing.node.offset_ns -= HOUR_NS
    playing.wait_for(lambda: len(playing.publisher.published) > 2)
    assert '0 of 1 subscribers of /image came within 0.5 s' in playing.node.warnings[0]


def test_recording_waits_for_all_subscribers_wanted(playing: Playing) -> None:
    playing.start(live=False, wait_sec=10.0, subscribers=2)
    time.sleep(0.5)
    assert not playing.publisher.published
    playing.publisher.subscribers = 2
    playing.wait_for(lambda: len(playing.publisher.published) > 2)
    assert not any('subscribers' in one for one in playing.node.warnings)


def test_recording_with_a_start_time_begins_exactly_then(playing: Playing) -> None:
    published = playing.publisher.published
    start_ns = 10 * HOUR_NS  # whole seconds, which a double holds exactly
    second_ns = start_ns + round(FRAME_SEC * 1e9)
    playing.node.standing_ns = start_ns - 1_000_000
    playing.start(live=False, start_sec=start_ns / 1e9)
    time.sleep(0.1)
    playing.node.standing_ns = start_ns
    playing.wait_for(lambda: len(published) > 0)
    playing.node.standing_ns = second_ns
    playing.wait_for(lambda: len(published) > 1)
    assert published == [(start_ns, start_ns), (second_ns, second_ns)]


@pytest.mark.parametrize('read_sec', [0.0, 1.5 * FRAME_SEC], ids=['fast', 'slow'])
def test_recording_that_is_a_little_late_keeps_to_the_common_stamps(
    playing: Playing, read_sec: float
) -> None:
    start_ns = playing.node.now_ns() - 1_020_000_000
    playing.start(live=False, start_sec=start_ns / 1e9, read_sec=read_sec)
    playing.wait_for(lambda: len(playing.publisher.published) > 5)
    offsets_ns = [
        (stamp_ns - start_ns) % round(FRAME_SEC * 1e9)
        for stamp_ns, _ in playing.publisher.published
    ]
    period_ns = round(FRAME_SEC * 1e9)
    assert all(min(offset_ns, period_ns - offset_ns) < 1000 for offset_ns in offsets_ns)


def test_start_time_of_another_clock_is_said_and_the_wait_can_be_ended(playing: Playing) -> None:
    playing.node.standing_ns = 10 * HOUR_NS
    playing.start(live=False, start_sec=playing.node.standing_ns / 1e9 + 1.5e9)
    playing.wait_for(lambda: 'starts in 1500000000 s' in ''.join(playing.node.infos))
    playing.stop()
    assert not playing.publisher.published


def test_start_time_long_ago_is_warned_about(playing: Playing) -> None:
    playing.start(live=False, start_sec=playing.node.now_ns() / 1e9 - 60.0)
    playing.wait_for(lambda: len(playing.publisher.published) > 2)
    assert "'start_time_sec'" in playing.node.warnings[0]


def test_recording_that_is_late_by_more_than_its_length_catches_up(playing: Playing) -> None:
    start_ns = playing.node.now_ns() - 2_000_000_000
    playing.start(live=False, start_sec=start_ns / 1e9, loop_frames=10)  # half a second

    def is_up_to_date() -> bool:
        stamp_ns, now_ns = playing.publisher.published[-1]
        return abs(now_ns - stamp_ns) < 0.5e9

    playing.wait_for(lambda: len(playing.publisher.published) > 5 and is_up_to_date())
    assert playing.statistics.report(0.0).dropped['skipped'] > 0
