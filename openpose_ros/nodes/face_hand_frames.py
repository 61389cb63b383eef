# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From the messages of one stamp to those that face_hand_node publishes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import time
from typing import Any

from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.conversions.regions import regions_from_msg
from openpose_ros.conversions.regions import regions_to_msg
from openpose_ros.nodes.frame_statistics import text_of
from openpose_ros.nodes.keypoint_input import KeypointFrame
from openpose_ros.nodes.parameters import NodeParameters
from openpose_ros.nodes.passing_on import FAILED
from openpose_ros.nodes.passing_on import PassedOnError
from openpose_ros.pose2d.face_hand import FaceHandEstimator
from openpose_ros.pose2d.face_hand import FaceHandParameters
from openpose_ros.pose2d.face_hand import FaceHandSettings
from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.pose2d.regions import of_people
from openpose_ros.pose2d.regions import RegionParameters
from openpose_ros.region_types import Regions
from openpose_ros.skeletons import Skeleton
from openpose_ros.temporal.region_tracking import RegionTracker
from openpose_ros.temporal.region_tracking import RegionTrackingParameters
from openpose_ros.types import Array
from openpose_ros.types import People2D


@dataclass(frozen=True, eq=False)
class FaceHandMessages:
    """
    What comes of a frame.

    :param keypoints_full: ``PoseArray``.
    :param regions: ``RegionArray``, or ``None`` if nobody wants it.
    :param estimate_sec: What the networks and all around them took.
    """

    keypoints_full: Any
    regions: Any
    estimate_sec: float


class FaceHandFrames:
    """
    Finds what is to be found, frame after frame.

    :param parameters: Gives the present parameters.
    :param estimator: The networks.
    :param skeleton_of: Gives the skeleton of a name; a ``ValueError`` means that it is unknown.
    """

    def __init__(
        self,
        parameters: NodeParameters,
        estimator: FaceHandEstimator,
        skeleton_of: Callable[[str], Skeleton],
    ) -> None:
        self._parameters = parameters
        self._estimator = estimator
        self._skeleton_of = skeleton_of
        self._tracker = RegionTracker()
        self._run = 0

    def look(self, frame: KeypointFrame, *, with_regions: bool) -> FaceHandMessages:
        """
        Find faces, hands and feet.

        :param frame: Messages of one stamp.
        :param with_regions: Whether somebody wants to know where was looked.
        :raises ValueError: If the keypoints cannot be read.
        :raises PassedOnError: If nothing can be added to them, whatever goes wrong.
        """
        if frame.run != self._run:
            # Stamps have jumped back, perhaps between two frames that were worked on.
            self._run = frame.run
            self._tracker.reset()
        people = people_from_msg(frame.keypoints)
        try:
            return self._look(frame, people, with_regions)
        except PassedOnError:
            raise
        except Exception as error:
            raise PassedOnError(FAILED, text_of(error)) from error

    def unchanged(self, message: Any) -> Any:
        """
        Return keypoints to which nothing is added, in the skeleton of those with feet.

        :param message: ``PoseArray``.
        :raises ValueError: If it cannot be read.
        """
        people = people_from_msg(message)
        try:
            skeleton = self._skeleton_of(people.skeleton)
        except ValueError:
            return message  # of a skeleton that nobody knows
        switches = self._parameters.get(FaceHandParameters)
        same = self._estimator.unchanged(people, skeleton, switches)
        return message if same is people else people_to_msg(same, message.header)

    def _look(
        self, frame: KeypointFrame, people: People2D, with_regions: bool
    ) -> FaceHandMessages:
        skeleton = _checked('skeleton', self._skeleton_of, people.skeleton)
        if frame.image is None:
            raise RuntimeError('keypoints without the image that they are to wait for')
        pixels = _checked('image', frame.image.pixels)
        _check_size(pixels, people)
        before = time.perf_counter()
        full, regions = self._find(frame, pixels, people, skeleton)
        estimate_sec = time.perf_counter() - before
        return FaceHandMessages(
            people_to_msg(full, frame.header),
            regions_to_msg(regions, full, frame.header) if with_regions else None,
            estimate_sec,
        )

    def _find(
        self, frame: KeypointFrame, pixels: Array, people: People2D, skeleton: Skeleton
    ) -> tuple[People2D, Regions]:
        settings = FaceHandSettings(
            self._parameters.get(FaceHandParameters),
            self._parameters.get(RegionParameters),
            self._parameters.get(LandmarkParameters),
        )
        tracking = self._parameters.get(RegionTrackingParameters)
        if frame.regions is None:
            regions = self._estimator.regions(people, skeleton, settings)
            regions = self._tracker.follow(frame.stamp_ns, regions, tracking)
            regions = self._estimator.first_looks(regions, settings)
        else:
            most = settings.face_hand.max_people
            regions = _checked('regions', _own_regions, frame.regions, people, most)
        full, looked = self._estimator.estimate(
            pixels, people, skeleton, settings, regions=regions
        )
        self._tracker.update(frame.stamp_ns, full, tracking)
        return full, looked


def _own_regions(message: Any, people: People2D, max_people: int) -> Regions:
    return of_people(regions_from_msg(message), people, max_people)


def _check_size(pixels: Array, people: People2D) -> None:
    found = (pixels.shape[1], pixels.shape[0])
    if found != people.image_size:
        raise PassedOnError(
            'size',
            f'the image is {found[0]} x {found[1]}, the keypoints are of one of '
            f'{people.image_size[0]} x {people.image_size[1]}',
        )


def _checked(reason: str, step: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a step returns; its ValueError is a reason to pass the keypoints on."""
    try:
        return step(*arguments)
    except ValueError as error:
        raise PassedOnError(reason, str(error)) from error
