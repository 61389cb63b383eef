# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is logged of cameras that come and go."""

from __future__ import annotations

from openpose_ros.nodes.trouble_log import MOST_LINES
from openpose_ros.nodes.trouble_log import PERIOD_SEC
from openpose_ros.nodes.trouble_log import TroubleLog


def test_each_change_is_logged_once() -> None:
    log = TroubleLog()
    assert log.update({}, 0.0) == []
    assert log.update({'b': 'silent', 'a': 'ahead'}, 1.0) == [('a', 'ahead'), ('b', 'silent')]
    assert log.update({'b': 'silent for longer', 'a': 'ahead'}, 2.0) == []
    assert log.update({'b': 'silent'}, 3.0) == [('a', '')]
    assert log.update({}, 4.0) == [('b', '')]
    assert log.update({}, 5.0) == []


def test_camera_that_comes_and_goes_is_logged_no_more_than_so_often() -> None:
    log = TroubleLog()
    flapping = [{'a': 'silent'} if number % 2 == 0 else {} for number in range(600)]
    lines = [
        (0.1 * number, line)
        for number, troubles in enumerate(flapping) for line in log.update(troubles, 0.1 * number)
    ]
    assert len(lines) <= MOST_LINES * (60.0 / PERIOD_SEC)
    states = [bool(trouble) for _, (_, trouble) in lines]
    assert states == [number % 2 == 0 for number in range(len(lines))], 'on and off in turn'
    # Another camera has lines of its own.
    assert log.update({'a': 'silent', 'b': 'silent'}, 60.0)[-1] == ('b', 'silent')


def test_change_that_comes_too_soon_is_logged_later_unless_it_is_undone() -> None:
    log = TroubleLog()
    for number in range(MOST_LINES):
        assert log.update({} if number % 2 else {'a': 'silent'}, 0.0)
    assert log.update({'a': 'silent'}, 1.0) == []
    assert log.update({'a': 'silent'}, PERIOD_SEC) == [('a', 'silent')]

    log = TroubleLog()
    for number in range(MOST_LINES):
        log.update({} if number % 2 else {'a': 'silent'}, 0.0)
    assert log.update({'a': 'silent'}, 1.0) == []
    assert log.update({}, PERIOD_SEC) == []
