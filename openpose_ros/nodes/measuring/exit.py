# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Measures how long nodes take to end: from SIGINT to the end of the process, in every state.

The installed executables are brought into one state after the other and interrupted there. Prints
a JSON list of rows; see :mod:`openpose_ros.tools.benchmark_nodes`.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
import sys

from openpose_ros.nodes.measuring.interrupted_states import interrupted_states
from openpose_ros.nodes.measuring.interrupting_peer import InterruptingPeer
from openpose_ros.nodes.measuring.output import print_rows
from openpose_ros.tools.benchmark_rows import Row

_FIRST = 'pose_node'


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=3, help='times that each state is met')
    options = parser.parse_args(arguments)
    return print_rows(lambda: _measure(options.rounds))


def _measure(rounds: int) -> list[Row]:
    times: dict[tuple[str, str], list[float]] = {}
    for turn in range(rounds):
        with InterruptingPeer() as peer, interrupted_states() as states:
            for number, state in enumerate(states):
                with (
                    state.start(f'exit_{turn}_{number}') as process,
                    state.reached(peer, process),
                ):
                    process.stop()
                    ending = process.end(lambda: peer.spin_for(0.001))
                if ending.problem():
                    raise ValueError(f'{state.node}, {state.what}: {ending.problem()}')
                times.setdefault((state.node, state.what), []).append(ending.seconds)
    others = {node for node, _ in times} - {_FIRST}
    return [
        worst_row('exit.pose_node', times, {_FIRST}), worst_row('exit.other_nodes', times, others)
    ]


def worst_row(
    name: str, times: Mapping[tuple[str, str], Sequence[float]], nodes: Collection[str]
) -> Row:
    """
    Return the time of the state that takes longest, by the shortest of its rounds.

    What else the machine does makes a round longer, and nothing makes it shorter.

    :param name: Name of the row.
    :param times: Seconds of each round, by node and state.
    :param nodes: The nodes that count.
    """
    found = {state: min(seconds) for state, seconds in times.items() if state[0] in nodes}
    node, what = max(found, key=lambda state: found[state])
    rounds = len(times[node, what])
    note = f'{node}, {what}; {len(found)} states, shortest of {rounds}'
    return Row(name, found[node, what], rounds, note)


if __name__ == '__main__':
    sys.exit(main())
