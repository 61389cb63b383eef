# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is logged of cameras that come and go."""

from __future__ import annotations

import pytest

from openpose_ros.nodes.trouble_log import LASTING_SEC
from openpose_ros.nodes.trouble_log import MOST_LINES
from openpose_ros.nodes.trouble_log import PERIOD_SEC
from openpose_ros.nodes.trouble_log import TroubleLog


def test_each_change_is_logged_once() -> None:
    log = TroubleLog()
    assert logged(log, {}, 0.0) == []
    assert logged(log, {'b': 'silent', 'a': 'ahead'}, 1.0) == [('a', 'ahead'), ('b', 'silent')]
    assert logged(log, {'b': 'silent for longer', 'a': 'ahead'}, 2.0) == []
    assert logged(log, {'b': 'silent'}, 3.0) == [('a', '')]
    assert logged(log, {}, 4.0) == [('b', '')]
    assert logged(log, {}, 5.0) == []


def test_change_that_does_not_last_is_not_logged() -> None:
    log = TroubleLog()
    for start_sec in (1.0, 2.0, 3.0):
        assert log.update({'a': 'behind'}, start_sec) == []
        assert log.update({'a': 'behind'}, start_sec + 0.9 * LASTING_SEC) == []
        assert log.update({}, start_sec + LASTING_SEC) == []
    assert logged(log, {'a': 'behind'}, 4.0) == [('a', 'behind')]
    assert log.update({}, 5.0) == []
    assert log.update({'a': 'ahead'}, 5.0 + LASTING_SEC) == [], 'still in trouble'


def test_camera_that_comes_and_goes_is_logged_no_more_than_so_often() -> None:
    log = TroubleLog()
    lines = [
        (number, line)
        for number in range(60)
        for line in logged(log, {'a': 'silent'} if number % 2 == 0 else {}, number)
    ]
    assert MOST_LINES < len(lines) <= MOST_LINES * (60.0 / PERIOD_SEC)
    states = [bool(trouble) for _, (_, trouble) in lines]
    assert states == [number % 2 == 0 for number in range(len(lines))], 'on and off in turn'
    # Another camera has lines of its own.
    assert logged(log, {'a': 'silent', 'b': 'silent'}, 60.0)[-1] == ('b', 'silent')


@pytest.mark.parametrize('undone', [False, True])
def test_change_that_comes_too_soon_is_logged_later_unless_it_is_undone(undone: bool) -> None:
    log = TroubleLog()
    for number in range(MOST_LINES):
        assert logged(log, {} if number % 2 else {'a': 'silent'}, number)
    assert logged(log, {'a': 'silent'}, MOST_LINES) == []
    expected = [] if undone else [('a', 'silent')]
    assert logged(log, {} if undone else {'a': 'silent'}, PERIOD_SEC + 1.0) == expected


def logged(log: TroubleLog, troubles: dict[str, str], now_sec: float) -> list[tuple[str, str]]:
    """Return what is logged of troubles that last, the first time that they are seen."""
    return [*log.update(troubles, now_sec), *log.update(troubles, now_sec + LASTING_SEC)]
