# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The node from people to their faces, hands and feet.

``image`` and ``keypoints`` of one stamp in, ``keypoints_full`` and ``regions`` out. Keypoints that
nothing can be added to are passed on; those that newer ones replace meanwhile are left out.
"""

from __future__ import annotations

from functools import partial
import sys
import time
from typing import Any

from rcl_interfaces.msg import SetParametersResult

from openpose_ros.msg import PoseArray
from openpose_ros.msg import RegionArray
from openpose_ros.msg import SkeletonArray
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.face_hand_frames import FaceHandFrames
from openpose_ros.nodes.face_hand_parameters import FACE_HAND_GROUPS
from openpose_ros.nodes.face_hand_parameters import PriorityParameters
from openpose_ros.nodes.face_hand_parameters import RegionInputParameters
from openpose_ros.nodes.frame_pipeline import FramePipeline
from openpose_ros.nodes.image_input import ImageParameters
from openpose_ros.nodes.keypoint_input import KeypointFrame
from openpose_ros.nodes.keypoint_input import KeypointInput
from openpose_ros.nodes.low_priority import built_standing_back
from openpose_ros.nodes.low_priority import stand_back
from openpose_ros.nodes.managed_node import ManagedNode
from openpose_ros.nodes.managed_node import run_managed_node
from openpose_ros.nodes.model_status import model_status
from openpose_ros.nodes.passing_on import PassedOnError
from openpose_ros.nodes.passing_on import PassingOn
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.secondary_networks import SecondaryNetworks
from openpose_ros.nodes.skeleton_topic import SkeletonTopic
from openpose_ros.nodes.surroundings import ALONE
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.face_hand import FaceHandParameters
from openpose_ros.pose2d.secondary_models import SecondaryModelParameters
from openpose_ros.temporal.pairing import SyncParameters

NAME = 'face_hand_node'


class FaceHandNode(ManagedNode):
    """Adds faces, hands and feet to the people of each image."""

    def __init__(self, surroundings: Surroundings = ALONE) -> None:
        super().__init__(NAME, FACE_HAND_GROUPS, surroundings)
        self._published_regions = 0
        self._frames: FaceHandFrames | None = None
        self._networks: SecondaryNetworks | None = None
        self._outputs: dict[str, Any] = {}
        self._skeletons: SkeletonTopic | None = None
        self._passing_on: PassingOn | None = None
        self._pipeline: FramePipeline | None = None
        self._input: KeypointInput | None = None
        self.add_on_set_parameters_callback(self._check_switches)

    def configure(self) -> None:
        """Load the networks and create the publishers."""
        load = partial(
            SecondaryNetworks,
            self.parameters.get(SecondaryModelParameters),
            self.parameters.get(FaceHandParameters),
            self.parameters.get(EngineParameters),
        )
        self._networks = built_standing_back(self._niceness, load)
        for kind, topic, qos in (
            (PoseArray, 'keypoints_full', result_qos()),
            (RegionArray, 'regions', result_qos()),
            (SkeletonArray, 'skeletons', latched_qos()),
        ):
            self._outputs[topic] = self.create_lifecycle_publisher(kind, topic, qos)
        for line in self._networks.warnings():
            self.get_logger().warning(line)
        self.get_logger().info(self._networks.describe())

    def activate(self) -> None:
        """Publish the skeletons and begin to take images and keypoints."""
        self._skeletons = SkeletonTopic(
            self, self._outputs['skeletons'], self._loaded.skeletons
        )
        self._frames = FaceHandFrames(
            self.parameters, self._loaded.estimator, self._skeletons.use
        )
        self._pipeline = FramePipeline(
            self, self._process, self.statistics, rate_hz=0.0,
            prepare=partial(stand_back, self._niceness),
        )
        self._passing_on = PassingOn(
            self,
            self._frames.unchanged,
            self._outputs['keypoints_full'].publish,
            self.statistics,
            in_turn=self._pipeline.append,
        )
        self._input = KeypointInput(
            self,
            self.parameters.get(ImageParameters),
            lambda: self.parameters.get(SyncParameters),
            with_regions=self.parameters.get(RegionInputParameters).enabled,
            on_frame=self._pipeline.receive,
            on_alone=self._passing_on.receive,
            frames=self.frames,
        )

    def deactivate(self) -> None:
        """Stop taking messages; the frame being worked on is still published."""
        if self._input is not None:
            for _ in range(self._input.close()):
                self.statistics.count_received()
                self.statistics.count_dropped('deactivated')
        for part in (self._pipeline, self._skeletons):
            if part is not None:
                part.close()
        self._input = self._pipeline = self._skeletons = None
        self._frames = self._passing_on = None

    def cleanup(self) -> None:
        """Destroy the publishers and forget the networks."""
        for publisher in self._outputs.values():
            self.destroy_lifecycle_publisher(publisher)
        self._outputs = {}
        self._networks = None

    def statuses(self) -> list[Status]:
        """Return how the input and the networks are."""
        if self._input is None:
            return []
        switches = self.parameters.get(FaceHandParameters)
        on = [part for part in ('face', 'hands', 'feet') if getattr(switches, part)]
        facts = {
            'looks_for': ', '.join(on), 'published_regions': str(self._published_regions)
        }
        return [
            self._input.status(self.parameters.get(DiagnosticsParameters)),
            model_status(self._loaded.used(), facts),
        ]

    @property
    def _niceness(self) -> int:
        # Beside other nodes a thread that stands back would hold the interpreter from them.
        return 0 if self.frames else self.parameters.get(PriorityParameters).niceness

    @property
    def _loaded(self) -> SecondaryNetworks:
        if self._networks is None:
            raise RuntimeError(f'{NAME} is used before it is configured')
        return self._networks

    def _process(self, frame: KeypointFrame) -> dict[str, float] | None:
        """Find what is to be found and publish; called in the worker's thread."""
        started = time.perf_counter()
        frames, passing_on = self._frames, self._passing_on
        if frames is None or passing_on is None:
            raise RuntimeError(f'{NAME} is used before it is active')
        wanted = self._outputs['regions'].get_subscription_count() > 0
        try:
            found = frames.look(frame, with_regions=wanted)
        except PassedOnError as reason:
            passing_on.publish(frame.keypoints, reason)
            return None
        self._outputs['keypoints_full'].publish(found.keypoints_full)
        if found.regions is not None:
            self._outputs['regions'].publish(found.regions)
            self._published_regions += 1
        overhead = time.perf_counter() - started - found.estimate_sec
        return {'estimate': found.estimate_sec, 'overhead': overhead}

    def _check_switches(self, parameters: list[Any]) -> SetParametersResult:
        """Refuse to look for what has no network."""
        networks = self._networks
        reasons = [networks.refusal(one.name, one.value) for one in parameters if networks]
        reason = '; '.join(filter(None, reasons))
        return SetParametersResult(successful=not reason, reason=reason)



def main(args: list[str] | None = None) -> int:
    """
    Run face_hand_node.

    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    return run_managed_node(NAME, FaceHandNode, args)


if __name__ == '__main__':
    sys.exit(main())
