# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
viewer_node: shows in the terminal what pose_node finds and records it.

A small consumer to try the package with: it pairs ``image`` and ``keypoints`` by their stamps,
prints a live table, and writes a video, the best picture and OpenPose JSON files.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
import sys
from typing import Any

import numpy as np
from rclpy.node import Node
from rclpy.time import Time
from sensor_msgs.msg import Image

from openpose_ros.conversions.images import image_from_msg
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.msg import PoseArray
from openpose_ros.nodes.parameters import NodeParameters
from openpose_ros.nodes.qos import image_subscription_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.recording import Recording
from openpose_ros.nodes.running import run_node
from openpose_ros.nodes.viewer_table import ViewerFigures
from openpose_ros.nodes.viewer_table import ViewerTable
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.skeletons import get_skeleton

NAME = 'viewer_node'
# Images wait for their keypoints; a few seconds' worth, however slow the network is.
_MAX_WAITING = 40
_TABLE_PERIOD_SEC = 0.5
_NS_PER_SEC = 1e9


@dataclass(frozen=True)
class ViewerParameters(ParameterGroup):
    """What is recorded."""

    output_dir: str = param('', 'Folder for video, picture and JSON; empty: nothing is written.')
    video_fps: float = param(
        10.0, 'Frames per second of the video.', low=1.0, high=240.0
    )


class ViewerNode(Node):
    """Pairs images with keypoints, shows figures and records."""

    def __init__(self) -> None:
        super().__init__(NAME)
        parameters = NodeParameters(self, (ViewerParameters,)).get(ViewerParameters)
        self._recording = (
            Recording(Path(parameters.output_dir), parameters.video_fps)
            if parameters.output_dir
            else None
        )
        self._waiting: OrderedDict[int, Image] = OrderedDict()
        self._figures = ViewerFigures()
        self._table = ViewerTable()
        self.create_subscription(PoseArray, 'keypoints', self._on_people, result_qos())
        self.create_subscription(
            Image, 'image', self._on_image, image_subscription_qos('reliable')
        )
        self.create_timer(_TABLE_PERIOD_SEC, self._show)

    def destroy_node(self) -> None:
        """Close the recording and print the summary."""
        if self._recording is not None:
            self._recording.close()
        self._table.close(self._figures)
        super().destroy_node()

    def _on_image(self, message: Image) -> None:
        self._figures.count_image()
        self._waiting[_stamp_ns(message)] = message
        if len(self._waiting) > _MAX_WAITING:
            self._waiting.popitem(last=False)

    def _on_people(self, message: PoseArray) -> None:
        stamp_ns = _stamp_ns(message)
        age_ns = self.get_clock().now().nanoseconds - stamp_ns
        people = people_from_msg(message)
        self._figures.count_people(len(people), age_ns / _NS_PER_SEC)
        image = self._waiting.pop(stamp_ns, None)
        if image is None or self._recording is None:
            return
        pixels = np.ascontiguousarray(image_from_msg(image))
        self._recording.add(
            pixels, people, get_skeleton(people.skeleton), time_sec=stamp_ns / _NS_PER_SEC
        )

    def _show(self) -> None:
        self._table.show(self._figures)


def _stamp_ns(message: Any) -> int:
    return int(Time.from_msg(message.header.stamp).nanoseconds)


def main(args: list[str] | None = None) -> int:
    """
    Run viewer_node.

    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    return run_node(NAME, ViewerNode, args)


if __name__ == '__main__':
    sys.exit(main())
