# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Installed nodes that are told to stop in every state; how fast is for the benchmark to say."""

from __future__ import annotations

from contextlib import ExitStack
import os
from pathlib import Path
import signal

import pytest

from openpose_ros.nodes.measuring.interrupted_states import interrupted_states
from openpose_ros.nodes.measuring.interrupted_states import InterruptedState
from openpose_ros.nodes.measuring.interrupting_peer import InterruptingPeer
from openpose_ros.nodes.measuring.watched_process import WatchedProcess

PREFIXES = os.environ.get('AMENT_PREFIX_PATH', '').split(os.pathsep)
needs_executables = pytest.mark.skipif(
    not any((Path(prefix) / 'lib/openpose_ros/pose_node').is_file() for prefix in PREFIXES),
    reason='the executables are not installed in any prefix of AMENT_PREFIX_PATH',
)


def problems(number: signal.Signals, wanted: set[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Stop nodes in the states that are wanted, all if none; return the states and what is bad."""
    with ExitStack() as stack:
        peer = stack.enter_context(InterruptingPeer())
        found = [
            state for state in stack.enter_context(interrupted_states())
            if not wanted or (state.node, state.what) in wanted
        ]
        spaces = {f'exit_{position}': state for position, state in enumerate(found)}

        def start(space: str, state: InterruptedState) -> WatchedProcess:
            return stack.enter_context(state.start(space))

        # Most start while others are stopped.
        running = {
            space: start(space, state) for space, state in spaces.items() if not state.passes
        }
        for space, state in spaces.items():
            if space not in running:
                running[space] = start(space, state)
            with state.reached(peer, running[space]):
                running[space].stop(number)
        problem = {space: running[space].end().problem() for space in spaces}
    bad = [f'{state.node}, {state.what}: {problem[space]}' for space, state in spaces.items()
           if problem[space]]
    return [state.what for state in found], bad


@needs_executables
@pytest.mark.timeout(300)  # 18 processes: seconds on two free cores, minutes beside other work
def test_ctrl_c_in_any_state_ends_with_0_and_without_a_traceback() -> None:
    states, bad = problems(signal.SIGINT, set())
    assert len(states) >= 18
    assert not bad, '\n'.join(bad)


@needs_executables
def test_sigterm_ends_with_0_and_without_a_traceback() -> None:
    wanted = {
        ('pose_node', 'configuring'), ('pose_node', 'at work'), ('pose_node', 'disabled'),
        ('camera_node', 'playing'),
    }
    states, bad = problems(signal.SIGTERM, wanted)
    assert len(states) == len(wanted)
    assert not bad, '\n'.join(bad)
