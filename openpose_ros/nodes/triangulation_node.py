# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The node from people in several images to people in space.

``keypoints`` of each camera in, ``keypoints_3d`` and ``markers`` out.
"""

from __future__ import annotations

import sys
import time

from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.nodes.camera_source import CameraSource
from openpose_ros.nodes.camera_source import FileCameras
from openpose_ros.nodes.camera_source import TfPlaces
from openpose_ros.nodes.camera_source import TopicCameras
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.filtered_views import FilteredViews
from openpose_ros.nodes.filtered_views import import_message_filters
from openpose_ros.nodes.frame_pipeline import FramePipeline
from openpose_ros.nodes.managed_node import ManagedNode
from openpose_ros.nodes.managed_node import run_managed_node
from openpose_ros.nodes.space_outputs import SpaceOutputs
from openpose_ros.nodes.surroundings import ALONE
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.nodes.triangulation_parameters import CalibrationParameters
from openpose_ros.nodes.triangulation_parameters import IdentityParameters
from openpose_ros.nodes.triangulation_parameters import OutputParameters
from openpose_ros.nodes.triangulation_parameters import RigParameters
from openpose_ros.nodes.triangulation_parameters import TRIANGULATION_GROUPS
from openpose_ros.nodes.view_decoding import ViewDecoder
from openpose_ros.nodes.view_input import StampedViews
from openpose_ros.nodes.view_input import ViewInput
from openpose_ros.nodes.view_input import ViewMessages
from openpose_ros.nodes.view_status import CameraLimits
from openpose_ros.nodes.view_status import view_statuses
from openpose_ros.nodes.view_status import with_left_out
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose3d.matching.association_parameters import AssociationParameters
from openpose_ros.pose3d.points.triangulation_parameters import TriangulationParameters
from openpose_ros.pose3d.reconstructor import ReconstructionParameters
from openpose_ros.pose3d.reconstructor import Reconstructor
from openpose_ros.temporal.following_3d import PersonFollower3D
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking_3d import PersonTracker3D
from openpose_ros.temporal.tracking_3d import Tracking3DParameters
from openpose_ros.temporal.view_sets import ViewSyncParameters

NAME = 'triangulation_node'
MESSAGE_FILTERS = 'message_filters'


class TriangulationNode(ManagedNode):
    """Reconstructs the people of each view set and publishes them under its stamp."""

    def __init__(self, surroundings: Surroundings = ALONE) -> None:
        super().__init__(NAME, TRIANGULATION_GROUPS, surroundings)
        self._reconstructor = self._read_settings()
        self._topics: dict[str, str] = {}
        self._cameras: CameraSource | None = None
        self._tracker = PersonTracker3D(self.parameters.get(Tracking3DParameters))
        self._follower = PersonFollower3D(
            self._tracker,
            self.parameters.get(SmoothingParameters),
            with_ids=self.parameters.get(IdentityParameters).enabled,
        )
        self._outputs: SpaceOutputs | None = None
        self._decoder: ViewDecoder | None = None
        self._pipeline: FramePipeline | None = None
        self._input: ViewInput | None = None

    def configure(self) -> None:
        """Read the calibration and create the publishers."""
        rig = self.parameters.get(RigParameters)
        calibration = self.parameters.get(CalibrationParameters)
        if self.parameters.get(ViewSyncParameters).policy == MESSAGE_FILTERS:
            import_message_filters()
        if calibration.file:
            self._cameras = FileCameras(rig, calibration)
        else:
            self._cameras = TopicCameras(
                self, rig, calibration, lambda: TfPlaces(self, rig.frame_id)
            )
        self._topics = rig.topics(self._cameras.names)
        self._outputs = SpaceOutputs(self, self.parameters.get(OutputParameters))
        topics = ', '.join(map(self.resolve_topic_name, self._topics.values()))
        self.get_logger().info(f'{len(self._topics)} cameras on {topics}')

    def activate(self) -> None:
        """Begin to take keypoints; of an earlier activation only the ids given are known."""
        self._tracker.reset()
        self._decoder = ViewDecoder(self, self._configured)
        self._pipeline = FramePipeline(
            self, self._process, self.statistics, rate_hz=0.0, on_restart=self._restart
        )
        parameters = self.parameters.get(ViewSyncParameters)
        views = FilteredViews if parameters.policy == MESSAGE_FILTERS else StampedViews
        self._input = views(
            self,
            self._topics,
            parameters,
            frame_id=self.parameters.get(RigParameters).frame_id,
            on_set=self._pipeline.receive,
        )

    def deactivate(self) -> None:
        """Stop taking keypoints; the set being worked on is still published."""
        for part in (self._input, self._pipeline):
            if part is not None:
                part.close()
        self._input = self._pipeline = None

    def cleanup(self) -> None:
        """Destroy the publishers and forget the calibration."""
        for part in (self._outputs, self._cameras):
            if part is not None:
                part.close()
        self._outputs = self._cameras = None

    def on_parameters(self, group: ParameterGroup) -> None:
        """Use the new values from the next view set on."""
        self._reconstructor = self._read_settings()
        if isinstance(group, ViewSyncParameters) and self._input is not None:
            self._input.update_parameters(group)
        if isinstance(group, Tracking3DParameters):
            self._tracker.parameters = group
        if isinstance(group, IdentityParameters):
            self._follower.with_ids = group.enabled
        if isinstance(group, SmoothingParameters):
            self._follower.smoothing = group
        if isinstance(group, OutputParameters) and self._outputs is not None:
            self._outputs.parameters = group

    def statuses(self) -> list[Status]:
        """Return how the view sets and the cameras are."""
        if self._input is None or self._decoder is None:
            return []
        limits = self.parameters.get(DiagnosticsParameters)
        state = with_left_out(self._input.state(), self._decoder.left_out())
        return view_statuses(state, limits, self.parameters.get(CameraLimits))

    @property
    def _configured(self) -> CameraSource:
        if self._cameras is None:
            raise RuntimeError(f'{NAME} is used before it is configured')
        return self._cameras

    def _process(self, messages: ViewMessages) -> dict[str, float]:
        """Reconstruct everybody and publish; called in the worker's thread."""
        started = time.perf_counter()
        decoder, outputs = self._decoder, self._outputs
        if decoder is None or outputs is None:
            raise RuntimeError(f'{NAME} is used before it is active')
        wanted = self.parameters.get(ReconstructionParameters)
        views, stamp = decoder.decode(messages.views, wanted), stamp_ns(messages)
        before = time.perf_counter()
        previous = self._follower.previous(stamp)
        if previous is not None and previous.skeleton != views[0].people.skeleton:
            previous = None
        people = self._reconstructor.reconstruct(views, previous)
        people = self._follower.update(people, stamp)
        after = time.perf_counter()
        outputs.publish(people, messages.header)
        estimate = after - before
        return {'estimate': estimate, 'overhead': time.perf_counter() - started - estimate}

    def _restart(self) -> None:
        """Begin anew with another run of a recording; called in the worker's thread."""
        self._tracker.reset()
        if self._cameras is not None:
            self._cameras.restart()

    def _read_settings(self) -> Reconstructor:
        return Reconstructor(
            self.parameters.get(AssociationParameters),
            self.parameters.get(TriangulationParameters),
            self.parameters.get(ReconstructionParameters),
        )



def main(args: list[str] | None = None) -> int:
    """
    Run triangulation_node.

    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    return run_managed_node(NAME, TriangulationNode, args)


if __name__ == '__main__':
    sys.exit(main())
