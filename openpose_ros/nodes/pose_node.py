# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The node from images to people: ``image`` in, ``keypoints`` out."""

from __future__ import annotations

import sys
import time
from typing import Any

from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.conversions.poses import skeletons_to_msg
from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray
from openpose_ros.msg import SkeletonArray
from openpose_ros.networks.loading import load_model
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.frame_pipeline import FramePipeline
from openpose_ros.nodes.image_frame import ImageFrame
from openpose_ros.nodes.image_input import ImageInput
from openpose_ros.nodes.image_input import ImageParameters
from openpose_ros.nodes.managed_node import ManagedNode
from openpose_ros.nodes.managed_node import run_managed_node
from openpose_ros.nodes.model_status import model_status
from openpose_ros.nodes.model_status import UsedModel
from openpose_ros.nodes.pose_parameters import GROUPS
from openpose_ros.nodes.pose_parameters import ModelParameters
from openpose_ros.nodes.pose_parameters import RateParameters
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.surroundings import ALONE
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.pose2d.limbs import LimbParameters
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.pose2d.peaks import PeakParameters
from openpose_ros.pose2d.people import PeopleParameters
from openpose_ros.pose2d.preprocess import InputParameters
from openpose_ros.temporal.following import PersonFollower
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking import PersonTracker
from openpose_ros.temporal.tracking import TrackingParameters

NAME = 'pose_node'


class PoseNode(ManagedNode):
    """Finds the people in each image and publishes them under the image's header."""

    def __init__(self, surroundings: Surroundings = ALONE) -> None:
        super().__init__(NAME, GROUPS, surroundings)
        self._settings = self._read_settings()
        # Of the whole run: ids are never given twice, whatever the lifecycle.
        self._tracker = PersonTracker(self.parameters.get(TrackingParameters))
        self._follower: PersonFollower | None = None
        self._estimator: PoseEstimator | None = None
        self._people_publisher: Any = None
        self._skeletons_publisher: Any = None
        self._pipeline: FramePipeline | None = None
        self._images: ImageInput | None = None

    def configure(self) -> None:
        """Load the network and create the publishers."""
        model = load_model(self.parameters.get(ModelParameters).name)
        self._estimator = PoseEstimator(model, self.parameters.get(EngineParameters))
        self._follower = PersonFollower(
            model.skeleton, self._tracker, self.parameters.get(SmoothingParameters)
        )
        self._people_publisher = self.create_lifecycle_publisher(
            PoseArray, 'keypoints', result_qos()
        )
        self._skeletons_publisher = self.create_lifecycle_publisher(
            SkeletonArray, 'skeletons', latched_qos()
        )
        self._log_configuration()

    def activate(self) -> None:
        """Publish the skeleton and begin to take images."""
        # Latched messages are sent here: while configuring, the publisher is not active yet.
        self._skeletons_publisher.publish(skeletons_to_msg((self._loaded.model.skeleton,)))
        rate_hz = self.parameters.get(RateParameters).rate_hz
        self._pipeline = FramePipeline(
            self,
            self._process,
            self.statistics,
            rate_hz=rate_hz,
            on_restart=self._tracker.reset,
        )
        images = self.parameters.get(ImageParameters)
        self._images = ImageInput(
            self, images, self._pipeline.receive, self.frames,
            on_unreadable=self._pipeline.reject,
        )

    def deactivate(self) -> None:
        """Stop taking images; the frame being worked on is still published."""
        for part in (self._images, self._pipeline):
            if part is not None:
                part.close()
        self._images = self._pipeline = None

    def cleanup(self) -> None:
        """Destroy the publishers and forget the network."""
        for publisher in (self._skeletons_publisher, self._people_publisher):
            if publisher is not None:
                self.destroy_lifecycle_publisher(publisher)
        self._skeletons_publisher = self._people_publisher = None
        self._estimator = self._follower = None

    def on_parameters(self, group: ParameterGroup) -> None:
        """Use the new values from the next frame on."""
        self._settings = self._read_settings()
        if isinstance(group, RateParameters) and self._pipeline is not None:
            self._pipeline.set_rate(group.rate_hz)
        self._tracker.parameters = self.parameters.get(TrackingParameters)
        if self._follower is not None:
            self._follower.smoothing = self.parameters.get(SmoothingParameters)

    def statuses(self) -> list[Status]:
        """Return how the input and the network are."""
        if self._images is None:
            return []
        limits = self.parameters.get(DiagnosticsParameters)
        facts = {'skeleton': self._loaded.model.skeleton.name}
        return [self._images.status(limits), model_status([self._used_model()], facts)]

    @property
    def _loaded(self) -> PoseEstimator:
        if self._estimator is None:
            raise RuntimeError(f'{NAME} is used before it is configured')
        return self._estimator

    def _process(self, frame: ImageFrame) -> dict[str, float]:
        """Estimate the people in an image and publish them; called in the worker's thread."""
        started = time.perf_counter()
        people, times = self._loaded.estimate_timed(frame.pixels(), *self._settings)
        if self._follower is not None:
            people = self._follower.update(people, stamp_ns(frame))
        self._people_publisher.publish(people_to_msg(people, frame.header))
        busy = time.perf_counter() - started
        return {'inference': times.inference_sec, 'overhead': busy - times.inference_sec}

    def _read_settings(self) -> tuple[InputParameters, ParserParameters]:
        parser = ParserParameters(
            self.parameters.get(PeakParameters),
            self.parameters.get(LimbParameters),
            self.parameters.get(PeopleParameters),
        )
        return self.parameters.get(InputParameters), parser

    def _log_configuration(self) -> None:
        used = self._used_model()
        height = self.parameters.get(InputParameters).height_px
        self.get_logger().info(
            f"{used.describe()}, input height {height} px, skeleton "
            f"'{self._loaded.model.skeleton.name}'"
        )
        if used.fall_back():
            self.get_logger().warning(used.fall_back())

    def _used_model(self) -> UsedModel:
        model, engine = self._loaded.model, self._loaded.engine
        return UsedModel(model.name, model.sha256, engine.provider, engine.wanted)


def main(args: list[str] | None = None) -> int:
    """
    Run pose_node.

    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    return run_managed_node(NAME, PoseNode, args)


if __name__ == '__main__':
    sys.exit(main())
