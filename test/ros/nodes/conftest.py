# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes as processes of their own, and a peer to talk to them."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest
from ros_peers import NodeProcess
from ros_peers import Peer

StartNode = Callable[..., NodeProcess]


@pytest.fixture
def peer() -> Iterator[Peer]:
    one = Peer()
    yield one
    one.close()


@pytest.fixture
def start_node(tmp_path: Path) -> Iterator[StartNode]:
    """Start a node with parameters; what is left of it is killed after the test."""
    processes: list[NodeProcess] = []

    def start(module: str, *arguments: str, **parameters: object) -> NodeProcess:
        log = tmp_path / f'{module}_{len(processes)}.log'
        named = {name.replace('__', '.'): value for name, value in parameters.items()}
        processes.append(NodeProcess(module, log, named, *arguments))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
