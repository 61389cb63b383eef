# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import sys
import threading

import pytest

from openpose_ros.nodes.low_priority import built_standing_back
from openpose_ros.nodes.low_priority import stand_back


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def niceness_of_a_new_thread() -> int:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(niceness()))
    thread.start()
    thread.join()
    return found[0]


def test_built_standing_back_holds_for_the_threads_started_meanwhile_only() -> None:
    before = niceness()
    assert built_standing_back(7, niceness_of_a_new_thread) == max(7, before)
    assert niceness() == before
    assert niceness_of_a_new_thread() == before


def test_stand_back_never_comes_forward() -> None:
    def twice() -> list[int]:
        stand_back(12)
        first = niceness()
        stand_back(3)  # coming forward again would need privileges
        return [first, niceness()]

    before = niceness()
    assert built_standing_back(0, twice) == [max(12, before)] * 2


def test_built_standing_back_raises_what_the_builder_raises() -> None:
    def fail() -> None:
        raise ValueError('no such model')

    with pytest.raises(ValueError, match='no such model'):
        built_standing_back(10, fail)


def test_stand_back_where_threads_have_no_priority_leaves_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: int) -> None:
        raise ProcessLookupError('no process has the number of a thread')

    monkeypatch.setattr(sys, 'platform', 'darwin')
    monkeypatch.setattr(os, 'setpriority', refuse)
    assert built_standing_back(10, lambda: 'built') == 'built'
