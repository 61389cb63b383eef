# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
viewer_node: shows in the terminal what pose_node finds and records it.

A small consumer to try the package with: it pairs ``image`` and ``keypoints`` by their stamps,
prints a live table, and writes a video, the best picture and OpenPose JSON files.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
import sys
import time

import numpy as np
from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.poses import skeletons_from_msg
from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray
from openpose_ros.msg import SkeletonArray
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.frame_statistics import FrameReport
from openpose_ros.nodes.frame_status import frame_status
from openpose_ros.nodes.image_frame import ImageFrame
from openpose_ros.nodes.image_input import ImageInput
from openpose_ros.nodes.image_input import ImageParameters
from openpose_ros.nodes.parameters import NodeParameters
from openpose_ros.nodes.qos import latched_subscription_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.recording import Recording
from openpose_ros.nodes.running import run_node
from openpose_ros.nodes.stamp_ages import StampAges
from openpose_ros.nodes.viewer_table import ViewerFigures
from openpose_ros.nodes.viewer_table import ViewerTable
from openpose_ros.nodes.waiting_images import WaitingImages
from openpose_ros.nodes.work_report import WorkReport
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton

NAME = 'viewer_node'
_TABLE_PERIOD_SEC = 0.5
_WARNING_PERIOD_SEC = 5.0
_NS_PER_SEC = 1e9


@dataclass(frozen=True)
class ViewerParameters(ParameterGroup):
    """What is recorded."""

    output_dir: str = param('', 'Folder for video, picture and JSON; empty: nothing is written.')
    video_fps: float = param(
        10.0, 'Frames per second of the video.', low=1.0, high=240.0
    )


GROUPS: tuple[type[ParameterGroup], ...] = (
    ViewerParameters, ImageParameters, DiagnosticsParameters
)  # fmt: skip


class ViewerNode(Node):
    """
    Pairs images with keypoints, shows figures and records.

    A message that cannot be used is counted and left out.

    :raises ValueError: If a parameter is wrong or the folder cannot be written to.
    """

    def __init__(self) -> None:
        super().__init__(NAME)
        self._waiting = WaitingImages()
        self._skeletons: dict[str, Skeleton] = {}
        self._figures = ViewerFigures()
        self._table = ViewerTable()
        try:
            self._parameters = NodeParameters(self, GROUPS, on_change=self._on_change)
            self._recording = _recording(self._parameters.get(ViewerParameters))
        except ValueError:
            # There is nothing yet that this class's destroy_node could close.
            super().destroy_node()
            raise
        limits = self._parameters.get(DiagnosticsParameters)
        self._report = WorkReport(self, limits, self._statuses)
        self._ages = StampAges(self)
        self.create_subscription(PoseArray, 'keypoints', self._on_people, result_qos())
        self.create_subscription(
            SkeletonArray, 'skeletons', self._on_skeletons, latched_subscription_qos()
        )
        self._images = ImageInput(self, self._parameters.get(ImageParameters), self._on_image)
        # The table goes on though the node's clock stands still or is set.
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(_TABLE_PERIOD_SEC, self._show, clock=steady)
        self._report.start()

    def destroy_node(self) -> None:
        """Close the recording and print the summary."""
        self._images.close()
        if self._recording is not None:
            self._recording.close()
        self._table.close(self._figures)
        self._ages.close()
        self._report.stop()
        self._report.close()
        super().destroy_node()

    def _on_image(self, frame: ImageFrame) -> None:
        self._figures.count_image()
        if self._recording is not None:
            self._waiting.add(frame)

    def _on_skeletons(self, message: SkeletonArray) -> None:
        try:
            self._skeletons |= {one.name: one for one in skeletons_from_msg(message)}
        except ValueError as error:
            self._leave_out('skeletons', str(error))

    def _on_people(self, message: PoseArray) -> None:
        statistics, started = self._report.statistics, time.perf_counter()
        statistics.count_received()
        try:
            self._use(message)
        except Exception as error:  # noqa: BLE001 - one bad message must not end the viewer
            self._leave_out('result', statistics.count_error(error))
        else:
            statistics.count_processed(
                latency=time.perf_counter() - started,
                age=self._ages.age_sec(stamp_ns(message)),
            )

    def _use(self, message: PoseArray) -> None:
        """Show a result, and record it with its image."""
        people = people_from_msg(message)
        stamp = stamp_ns(message)
        age_ns = self.get_clock().now().nanoseconds - stamp
        self._figures.count_people(len(people), age_ns / _NS_PER_SEC)
        image = self._waiting.take(stamp)
        if image is not None and self._recording is not None:
            skeleton = self._skeletons.get(people.skeleton) or get_skeleton(people.skeleton)
            pixels = np.ascontiguousarray(image.pixels())
            self._recording.add(pixels, people, skeleton, time_sec=stamp / _NS_PER_SEC)

    def _leave_out(self, what: str, why: str) -> None:
        self._figures.count_left_out()
        self.get_logger().warning(
            f'{what} left out: {why}', throttle_duration_sec=_WARNING_PERIOD_SEC
        )

    def _on_change(self, group: ParameterGroup) -> None:
        if isinstance(group, DiagnosticsParameters):
            self._report.set_period(group.period_sec)

    def _statuses(self, report: FrameReport) -> list[Status]:
        limits = self._parameters.get(DiagnosticsParameters)
        return [frame_status(report, limits), self._images.status(limits)]

    def _show(self) -> None:
        self._table.show(self._figures)


def _recording(parameters: ViewerParameters) -> Recording | None:
    if not parameters.output_dir:
        return None
    return Recording(Path(parameters.output_dir), parameters.video_fps)


def main(args: list[str] | None = None) -> int:
    """
    Run viewer_node.

    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    return run_node(NAME, ViewerNode, args)


if __name__ == '__main__':
    sys.exit(main())
