# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The node that shows what the others find: ``image`` and keypoints in, ``overlay`` out.

It subscribes to its inputs only while somebody subscribes to one of its outputs, and to the images
only while pictures are wanted: nobody looks, nothing is copied or drawn.
"""

from __future__ import annotations

from dataclasses import replace
import sys
import time
from typing import Any

from rclpy.clock import Clock
from rclpy.clock import ClockType

from openpose_ros.nodes.diagnostic_status import Level
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.frame_pipeline import FramePipeline
from openpose_ros.nodes.frame_status import INPUT
from openpose_ros.nodes.image_input import ImageParameters
from openpose_ros.nodes.keypoint_input import KeypointFrame
from openpose_ros.nodes.keypoint_input import KeypointInput
from openpose_ros.nodes.keypoint_input import KEYPOINTS
from openpose_ros.nodes.managed_node import ManagedNode
from openpose_ros.nodes.managed_node import run_managed_node
from openpose_ros.nodes.passing_on import why_alone
from openpose_ros.nodes.skeleton_topic import HeardSkeletons
from openpose_ros.nodes.surroundings import ALONE
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.nodes.visualization_outputs import PICTURES
from openpose_ros.nodes.visualization_outputs import VisualizationOutputs
from openpose_ros.nodes.visualization_parameters import OverlayParameters
from openpose_ros.nodes.visualization_parameters import SourceParameters
from openpose_ros.nodes.visualization_parameters import VISUALIZATION_GROUPS
from openpose_ros.parameters import ParameterGroup
from openpose_ros.temporal.frame_rate import FrameRate
from openpose_ros.temporal.pairing import BACKWARDS
from openpose_ros.temporal.pairing import OVERTAKEN
from openpose_ros.temporal.pairing import Paired
from openpose_ros.temporal.pairing import REPEATED
from openpose_ros.temporal.pairing import SyncParameters

NAME = 'visualization_node'
_FULL = 'keypoints_full'
# How soon a new subscriber, or a node that adds faces and hands, is noticed.
_CHECK_PERIOD_SEC = 0.2
_WARNING_PERIOD_SEC = 5.0
_NS_PER_SEC = 1e9


class VisualizationNode(ManagedNode):
    """Draws people on their images while somebody looks."""

    def __init__(self, surroundings: Surroundings = ALONE) -> None:
        super().__init__(NAME, VISUALIZATION_GROUPS, surroundings)
        self._steady = Clock(clock_type=ClockType.STEADY_TIME)
        self._rate = FrameRate()
        self._fps = 0.0
        self._is_paired = False
        # Topic of the keypoints and whether with images; None: nobody wants anything.
        self._source: tuple[str, bool] | None = None
        # Why that cannot be subscribed to.
        self._problem = ''
        self._outputs: VisualizationOutputs | None = None
        self._skeletons: HeardSkeletons | None = None
        self._pipeline: FramePipeline | None = None
        self._input: KeypointInput | None = None
        self._timer: Any = None

    def configure(self) -> None:
        """Create the publishers."""
        self.parameters.get(SourceParameters).check_topic()
        topic = self.resolve_topic_name(self._keypoints_topic())
        self._outputs = VisualizationOutputs(self, self.parameters)
        self.get_logger().info(f'draws {topic} while somebody subscribes to the result')

    def activate(self) -> None:
        """Begin to wait for somebody who wants something."""
        self._skeletons = HeardSkeletons(self)
        rate_hz = self.parameters.get(OverlayParameters).rate_hz
        self._pipeline = FramePipeline(self, self._process, self.statistics, rate_hz=rate_hz)
        self._timer = self.create_timer(
            _CHECK_PERIOD_SEC, self._follow_demand, clock=self._steady
        )

    def deactivate(self) -> None:
        """Stop taking messages; the frame being drawn is still published."""
        if self._timer is not None:
            self.destroy_timer(self._timer)
        self._close_input('deactivated')
        for part in (self._pipeline, self._skeletons):
            if part is not None:
                part.close()
        self._timer = self._pipeline = self._skeletons = None

    def cleanup(self) -> None:
        """Destroy the publishers."""
        if self._outputs is not None:
            self._outputs.close()
        self._outputs = None

    def on_parameters(self, group: ParameterGroup) -> None:
        """Use the new values from the next frame on."""
        if isinstance(group, OverlayParameters) and self._pipeline is not None:
            self._pipeline.set_rate(group.rate_hz)

    def awaits_frames(self) -> bool:
        """Return whether anybody looks."""
        return self._input is not None

    def statuses(self) -> list[Status]:
        """Return who looks, and how the input is."""
        wanted = self._outputs.wanted() if self._outputs is not None else ()
        facts = {'subscribed_outputs': ', '.join(sorted(wanted)) or 'none'}
        if self._input is None:
            level = Level.ERROR if self._problem else Level.OK
            text = self._problem or 'nobody subscribes to the result'
            return [Status(INPUT, level, text, facts)]
        status = self._input.status(self.parameters.get(DiagnosticsParameters))
        return [replace(status, values={**facts, **status.values})]

    def _keypoints_topic(self) -> str:
        own = self.parameters.get(SourceParameters).keypoints_topic
        if own:
            return own
        has_full = self.count_publishers(self.resolve_topic_name(_FULL)) > 0
        return _FULL if has_full else KEYPOINTS

    def _follow_demand(self) -> None:
        """Subscribe to what the present subscribers need."""
        if self._outputs is None:
            return
        wanted = self._outputs.wanted()
        source = (self._keypoints_topic(), bool(wanted & PICTURES)) if wanted else None
        if source == self._source:
            return
        self._close_input('unwanted')
        self._is_paired = False
        if source is not None:
            self._open_input(*source)
        self._source = source

    def _open_input(self, topic: str, with_images: bool) -> None:
        try:
            self._input = KeypointInput(
                self,
                self.parameters.get(ImageParameters),
                lambda: self.parameters.get(SyncParameters),
                with_regions=False,
                on_frame=self._receive,
                on_alone=self._count_alone,
                topic=topic,
                with_images=with_images,
                frames=self.frames,
            )
        except ValueError as error:
            # Nobody may end this node by looking; tried again when the demand changes.
            self._problem = str(error)
            self.get_logger().warning(
                f'nothing is drawn: {error}', throttle_duration_sec=_WARNING_PERIOD_SEC
            )

    def _close_input(self, reason: str) -> None:
        if self._input is not None:
            for _ in range(self._input.close()):
                self.statistics.count_received()
                self.statistics.count_dropped(reason)
        self._input = self._source = None
        self._problem = ''

    def _receive(self, frame: KeypointFrame) -> None:
        self._is_paired = True
        self._fps = self._rate.update(self._steady.now().nanoseconds / _NS_PER_SEC)
        if self._pipeline is not None:
            self._pipeline.receive(frame)

    def _count_alone(self, item: Paired) -> None:
        why = why_alone(item)
        self.statistics.count_received()
        # Images of before the subscriptions began are missed by nobody.
        is_normal = why.reason in (REPEATED, BACKWARDS) or (
            why.reason == OVERTAKEN and not self._is_paired
        )
        problem = '' if is_normal else f'keypoints not drawn: {why}'
        self.statistics.count_dropped(why.reason, problem)
        if problem:
            self.get_logger().warning(problem, throttle_duration_sec=_WARNING_PERIOD_SEC)

    def _process(self, frame: KeypointFrame) -> dict[str, float]:
        """Publish what is wanted of a frame; called in the worker's thread."""
        started = time.perf_counter()
        if self._outputs is None or self._skeletons is None:
            raise RuntimeError(f'{NAME} is used before it is active')
        draw_sec = self._outputs.publish(frame, self._skeletons.find, self._fps)
        return {'draw': draw_sec, 'overhead': time.perf_counter() - started - draw_sec}


def main(args: list[str] | None = None) -> int:
    """
    Run visualization_node.

    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    return run_managed_node(NAME, VisualizationNode, args)


if __name__ == '__main__':
    sys.exit(main())
