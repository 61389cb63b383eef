# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

PROGRAM = """
import sys
import time
from rclpy.node import Node
from rclpy.task import Future
from openpose_ros.nodes import running
from openpose_ros.nodes.running import NodeError, run_node

running.PATIENCE_SEC = 60.0  # signals sent at once may be handled seconds apart

class Quiet(Node):
    def __init__(self):
        super().__init__('quiet')
        self.get_logger().info('ready')

class Wrong(Node):
    def __init__(self):
        super().__init__('wrong')
        raise ValueError("parameter 'a' is 1,\\n expected 2")

class Broken(Node):
    def __init__(self):
        super().__init__('broken')
        raise KeyError('a mistake of the programmer')

class Stubborn(Node):
    def __init__(self):
        super().__init__('stubborn')
        running.PATIENCE_SEC = 0.2
        print('ready', file=sys.stderr, flush=True)

    def destroy_node(self):
        print('destroying', file=sys.stderr, flush=True)
        while True:
            time.sleep(0.01)

class Done(Node):
    def __init__(self, error=None):
        super().__init__('done')
        self.finished = Future()
        if error is None:
            self.create_timer(0.05, lambda: self.finished.set_result(None))
        else:
            self.create_timer(0.05, lambda: self.finished.set_exception(error))

def failed():
    return Done(NodeError('the cable is out'))

sys.exit(run_node('tested', eval(sys.argv[1]), sys.argv[:1] + sys.argv[2:]))
"""


def start(node: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, '-c', PROGRAM, node, *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


# Node, command line, exit code, a piece of stderr, whether a traceback is right.
ENDS = [
    ('Done', (), 0, '', False),
    ('Wrong', (), 1, "tested: parameter 'a' is 1, expected 2\n", False),
    ('failed', (), 1, 'tested: the cable is out\n', False),
    ('Quiet', ('--ros-args', '-p', 'x'), 1, 'tested: the command line is wrong: ', False),
    ('Broken', (), 1, 'a mistake of the programmer', True),
]


@pytest.mark.parametrize(('node', 'arguments', 'code', 'text', 'is_bug'), ENDS)
def test_run_node_exit_code_and_line(
    node: str, arguments: tuple[str, ...], code: int, text: str, is_bug: bool
) -> None:
    process = start(node, *arguments)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == code, stderr
    assert text in stderr
    assert ('Traceback' in stderr) == is_bug, stderr


# Many at once meet each other in the handler.
@pytest.mark.parametrize(
    'signals',
    [
        [signal.SIGINT], [signal.SIGTERM], [signal.SIGINT] * 3,
        [signal.SIGINT, signal.SIGTERM] * 300,
    ],
)
def test_run_node_signals_end_with_0(signals: list[signal.Signals]) -> None:
    process = start('Quiet')
    assert process.stderr is not None
    assert 'ready' in process.stderr.readline()
    for number in signals:
        process.send_signal(number)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 0, stderr
    assert 'Traceback' not in stderr


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_run_node_that_does_not_end_is_ended_by_a_second_signal_a_while_later(
    number: signal.Signals,
) -> None:
    process = start('Stubborn')
    assert process.stderr is not None
    assert 'ready' in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    assert 'destroying' in process.stderr.readline()
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(number)
    assert process.wait(timeout=20) == 128 + number
    process.stderr.close()
