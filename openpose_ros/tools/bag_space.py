# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The 3D stage for a bag: people of each camera to people in space, as triangulation_node does."""

from __future__ import annotations

from collections.abc import Mapping

from openpose_ros.pose3d.camera_calibration import check_image_size
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.views import View
from openpose_ros.temporal.synchronizer import ViewSynchronizer
from openpose_ros.temporal.view_sets import ViewSet
from openpose_ros.temporal.view_sets import ViewSyncParameters
from openpose_ros.tools.space_parameters import SpaceParameters
from openpose_ros.types import People2D
from openpose_ros.types_3d import People3D

_NS_PER_SEC = 1e9


class SpaceStage:
    """
    Collects the views of one instant and reconstructs them.

    Time is that of the recording: what came late when it was recorded is late here, too.

    :param cameras: Camera of each image topic.
    :param parameters: Parameters of association, triangulation and tracking.
    :param sync: Which views belong together.
    """

    def __init__(
        self,
        cameras: Mapping[str, Camera],
        parameters: SpaceParameters,
        sync: ViewSyncParameters = ViewSyncParameters(),
    ) -> None:
        self._cameras = dict(cameras)
        self._sync = sync
        self._synchronizer: ViewSynchronizer[People2D] = ViewSynchronizer(tuple(cameras), sync)
        self._reconstructor = parameters.reconstructor()
        self._tracker = parameters.tracker()
        self._start_ns: int | None = None
        self._now_sec = 0.0

    def add(
        self, topic: str, stamp_ns: int, people: People2D, time_ns: int
    ) -> list[tuple[int, People3D]]:
        """
        Take the people of an image; returns stamp and people of each set that is complete now.

        :param topic: Image topic.
        :param stamp_ns: Stamp of the image in nanoseconds.
        :param people: Its people, in pixels.
        :param time_ns: When the image was recorded, in nanoseconds.
        :raises ValueError: If the image is of another size than the camera was calibrated for.
        """
        check_image_size(self._cameras[topic], people.image_size)
        if self._start_ns is None:
            self._start_ns = time_ns
        # The parts of a bag may overlap by a few messages: no clock that steps back.
        self._now_sec = max(self._now_sec, (time_ns - self._start_ns) / _NS_PER_SEC)
        sets = self._synchronizer.add(topic, stamp_ns, people, self._now_sec)
        return [self._reconstructed(one) for one in sets]

    def finish(self) -> list[tuple[int, People3D]]:
        """Return the sets that still wait for views that will not come."""
        sets = self._synchronizer.update(self._now_sec + 2 * self._sync.timeout_sec)
        return [self._reconstructed(one) for one in sets]

    def views_left_out(self) -> int:
        """Return how many views are in no set."""
        report = self._synchronizer.report()
        return sum(sum(one.dropped.values()) for one in report.cameras.values())

    def _reconstructed(self, one: ViewSet[People2D]) -> tuple[int, People3D]:
        views = [View(self._cameras[topic], people) for topic, people in one.views.items()]
        previous = self._tracker.previous(one.stamp_ns)
        people = self._reconstructor.reconstruct(views, previous)
        return one.stamp_ns, self._tracker.update(people, one.stamp_ns)
