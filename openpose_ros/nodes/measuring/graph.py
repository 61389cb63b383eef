# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Measures a graph of nodes in one process beside the same nodes in a process each.

camera_node plays a 1280x720 video at 30 Hz to pose_node, face_hand_node and visualization_node,
and somebody looks at the overlay. The scene is without people: what is compared is the way of the
images, which is the same with them. Both forms take turns. Prints a JSON list of rows; see
:mod:`openpose_ros.tools.benchmark_nodes`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
import time
from typing import Any

import cv2
import numpy as np
import rclpy
from rclpy.executors import SingleThreadedExecutor
from sensor_msgs.msg import Image

from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.measuring.measured_graph import MeasuredGraph
from openpose_ros.nodes.measuring.output import print_rows
from openpose_ros.nodes.qos import image_subscription_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.run_all_arguments import arguments_of
from openpose_ros.nodes.run_all_arguments import ChosenNode
from openpose_ros.tools.benchmark_rows import Row

_PAIRS = 3
_RATE_HZ = 30.0
_SIZE = (1280, 720)
_VIDEO_FRAMES = 60
_TIMEOUT_SEC = 120.0
_WARM_UP_FRAMES = 3
_NS_PER_MS = 1e6


@dataclass(frozen=True)
class _Figures:
    """
    What a block gave.

    :param rate_hz: Keypoints messages per second.
    :param cpu_ms: Time of all cores that the nodes took for each of them.
    :param latency_ms: Median time from an image's stamp to the arrival of its keypoints.
    :param memory_mb: Resident memory of all nodes.
    """

    rate_hz: float
    cpu_ms: float
    latency_ms: float
    memory_mb: float


class _Observer:
    """Looks at the overlay and hears the keypoints."""

    def __init__(self) -> None:
        rclpy.init()
        self._node = rclpy.create_node('observer')
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self._node)
        self._pictures = 0
        self._latencies_ms: list[float] = []
        self._node.create_subscription(
            PoseArray, 'keypoints', self._hear, result_qos()
        )
        # As bytes: what this program would make of a picture would slow the nodes down.
        self._node.create_subscription(
            Image, 'overlay', self._look, image_subscription_qos('reliable'), raw=True
        )

    def close(self) -> None:
        """Leave the ROS graph."""
        self._executor.shutdown()
        self._node.destroy_node()
        rclpy.try_shutdown()

    def measure(self, graph: MeasuredGraph, frames: int) -> _Figures:
        """
        Measure nodes that have just been started.

        :param graph: The nodes.
        :param frames: Number of keypoints messages.
        :raises ValueError: If they give none.
        """
        self._pictures = 0
        self._spin_until(lambda: self._pictures > _WARM_UP_FRAMES)
        self._latencies_ms.clear()
        before_sec, cpu_before_sec = time.monotonic(), graph.cpu_sec()
        self._spin_until(lambda: len(self._latencies_ms) >= frames)
        seconds, cpu_sec = time.monotonic() - before_sec, graph.cpu_sec() - cpu_before_sec
        count = len(self._latencies_ms)
        return _Figures(
            count / seconds,
            1e3 * cpu_sec / count,
            float(np.median(self._latencies_ms)),
            graph.memory_mb(),
        )

    def _hear(self, message: PoseArray) -> None:
        self._latencies_ms.append((time.time_ns() - stamp_ns(message)) / _NS_PER_MS)

    def _look(self, _: Any) -> None:
        self._pictures += 1

    def _spin_until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + _TIMEOUT_SEC
        while not done():
            if time.monotonic() > end:
                raise ValueError(f'the nodes have not answered for {_TIMEOUT_SEC:g} s')
            self._executor.spin_once(timeout_sec=0.1)


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--repetitions', type=int, default=20, help='frames per block')
    parser.add_argument('--pairs', type=int, default=_PAIRS, help='pairs of blocks')
    parser.add_argument('--model', default='body_mobilenet_thin')
    parser.add_argument('--provider', default='auto')
    parser.add_argument('--height', type=int, default=368, help='height of the network input')
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        return print_rows(lambda: _measure(_nodes(options, _video(Path(folder))), options))


def _video(folder: Path) -> str:
    """Write a smooth picture that moves; noise would be a video nobody has."""
    coarse = np.random.default_rng(0).integers(0, 255, (9, 16, 3), np.uint8)
    picture = cv2.resize(coarse, _SIZE, interpolation=cv2.INTER_CUBIC)
    path = str(folder / 'video.mp4')
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*'mp4v'), _RATE_HZ, _SIZE)
    for number in range(_VIDEO_FRAMES):
        writer.write(np.roll(picture, 8 * number, axis=1))
    writer.release()
    return path


def _nodes(options: argparse.Namespace, video: str) -> list[ChosenNode]:
    providers = {'inference.providers': options.provider}
    body = {**providers, 'model.name': options.model, 'input.height_px': options.height}
    parameters: dict[str, dict[str, object]] = {
        'camera_node': {'source.uri': video, 'source.loop': True},
        'pose_node': body,
        'face_hand_node': providers,
        'visualization_node': {},
    }
    return [
        ChosenNode(name, arguments_of((), values, {})) for name, values in parameters.items()
    ]


def _measure(nodes: list[ChosenNode], options: argparse.Namespace) -> list[Row]:
    observer = _Observer()
    apart: list[_Figures] = []
    together: list[_Figures] = []
    try:
        for _ in range(options.pairs):
            for figures, single_process in ((apart, False), (together, True)):
                with MeasuredGraph(nodes, single_process=single_process) as graph:
                    figures.append(observer.measure(graph, options.repetitions))
    finally:
        observer.close()
    return _rows(apart, together, options.pairs * options.repetitions)


def _rows(apart: list[_Figures], together: list[_Figures], frames: int) -> list[Row]:
    rows = []
    for name, field, unit in (
        ('graph.rate_ratio', 'rate_hz', 'Hz'),
        ('graph.cpu_ratio', 'cpu_ms', 'ms'),
        ('graph.latency_ratio', 'latency_ms', 'ms'),
        ('graph.memory_ratio', 'memory_mb', 'MB'),
    ):
        many, one = (
            np.array([getattr(figures, field) for figures in blocks])
            for blocks in (apart, together)
        )
        note = f'{np.median(one):.1f} and {np.median(many):.1f} {unit}'
        rows.append(Row(name, float(np.median(one / many)), frames, note))
    return rows


if __name__ == '__main__':
    sys.exit(main())
