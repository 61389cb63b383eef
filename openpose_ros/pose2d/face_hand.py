# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Image and people to the same people with faces, hands and feet."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from typing import ClassVar

import numpy as np

from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose2d.detectors import face_detector
from openpose_ros.pose2d.detectors import foot_detector
from openpose_ros.pose2d.detectors import hand_detector
from openpose_ros.pose2d.detectors import landmark_engine
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.engine import OnnxEngine
from openpose_ros.pose2d.landmarks import Infer
from openpose_ros.pose2d.landmarks import LandmarkDetector
from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.pose2d.landmarks import Landmarks
from openpose_ros.pose2d.merge import add_faces
from openpose_ros.pose2d.merge import add_feet
from openpose_ros.pose2d.merge import add_hands
from openpose_ros.pose2d.merge import WITH_FEET
from openpose_ros.pose2d.merge import with_feet_skeleton
from openpose_ros.pose2d.preprocess import check_image
from openpose_ros.pose2d.region_table import usable
from openpose_ros.pose2d.regions import find_regions
from openpose_ros.pose2d.regions import of_people
from openpose_ros.pose2d.regions import RegionParameters
from openpose_ros.pose2d.regions import RegionWish
from openpose_ros.region_types import FACE
from openpose_ros.region_types import FEET
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import Regions
from openpose_ros.region_types import RIGHT_HAND
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

_HANDS = (LEFT_HAND, RIGHT_HAND)
# A body with one of these parts has feet of its own.
_FOOT_ANCHORS = ('left_hip', 'right_hip', 'left_ankle', 'right_ankle')
_FOOT_PARTS = ('left_heel', 'right_heel', 'left_big_toe', 'right_big_toe')


@dataclass(frozen=True)
class FaceHandParameters(ParameterGroup):
    """What is looked for, and for how many people."""

    group: ClassVar[str] = 'face_hand'

    face: bool = param(True, 'Look for faces.', dynamic=True)
    hands: bool = param(True, 'Look for hands.', dynamic=True)
    feet: bool = param(
        False, 'Look for feet, for bodies without: the people get the skeleton body_25.',
        dynamic=True,
    )
    max_people: int = param(
        10,
        'Most people per image whose faces, hands and feet are looked for, the best ones; the '
        'others are passed through.',
        low=0, high=100, dynamic=True,
    )


@dataclass(frozen=True)
class FaceHandModels:
    """
    The networks; what has none is not looked for.

    :param face: Finds the keypoints of faces.
    :param iris: Finds the pupils, for a face network that gives points without them.
    :param hand: Finds the keypoints of hands.
    :param feet: Finds heels and toes.
    """

    face: LandmarkModel | None = None
    iris: LandmarkModel | None = None
    hand: LandmarkModel | None = None
    feet: LandmarkModel | None = None


@dataclass(frozen=True)
class FaceHandSettings:
    """The parameters of all stages from people to faces, hands and feet."""

    face_hand: FaceHandParameters = FaceHandParameters()
    regions: RegionParameters = RegionParameters()
    landmarks: LandmarkParameters = LandmarkParameters()


class FaceHandEstimator:
    """
    Finds the faces, hands and feet of people in an image.

    The networks run one after the other and never spin: idle threads of one would take the cores
    from the next (62 instead of 24 ms for a face, its pupils and two hands on two cores).

    :param models: The networks.
    :param engine: Provider and its options.
    :raises ValueError: If a network cannot be loaded, does not fit its metadata, or is not for
        what it is given as.
    """

    def __init__(
        self, models: FaceHandModels, engine: EngineParameters = EngineParameters()
    ) -> None:
        quiet = replace(engine, spinning=False)
        self.engines: dict[str, OnnxEngine] = {}

        def infer_of(model: LandmarkModel) -> Infer:
            self.engines[model.name] = landmark_engine(model, quiet)
            return partial(self.engines[model.name].run, outputs=model.outputs.names())

        self._face = face_detector(models.face, infer_of, models.iris) if models.face else None
        self._hands = hand_detector(models.hand, infer_of) if models.hand else None
        self._feet = foot_detector(models.feet, infer_of) if models.feet else None

    def regions(
        self,
        people: People2D,
        skeleton: Skeleton,
        settings: FaceHandSettings = FaceHandSettings(),
    ) -> Regions:
        """
        Return where faces, hands and feet are looked for, from the bodies.

        :param people: People of an image.
        :param skeleton: Skeleton of their bodies.
        :param settings: What is looked for, and how.
        """
        switches = settings.face_hand
        wish = RegionWish(
            face=switches.face and self._face is not None,
            hands=switches.hands and self._hands is not None,
            feet=self._adds_feet(skeleton, switches),
            upright_faces=self._face is not None and self._face.upright,
            upright_hands=self._hands is not None and self._hands.upright,
        )
        return find_regions(
            people, skeleton, wish, settings.regions, max_people=switches.max_people
        )

    def first_looks(self, regions: Regions, settings: FaceHandSettings) -> Regions:
        """
        Return the regions of bodies as the networks want to see them first.

        OpenPose's hand boxes leave more room than a network with points was trained with; boxes
        of somebody's own are taken as they are.

        :param regions: Where the bodies say that faces, hands and feet are.
        :param settings: How large the squares around hands are.
        """
        if self._hands is None or not self._hands.upright:
            return regions
        scales = np.where(
            np.isin(regions.kinds, _HANDS), settings.landmarks.hand_crop_scale, 1.0
        )
        return replace(regions, sizes_px=regions.sizes_px * scales.astype(np.float32))

    def estimate(
        self,
        image: Array,
        people: People2D,
        skeleton: Skeleton,
        settings: FaceHandSettings = FaceHandSettings(),
        *,
        regions: Regions | None = None,
    ) -> tuple[People2D, Regions]:
        """
        Find the faces, hands and feet of people.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        :param people: People in pixels of this image.
        :param skeleton: Skeleton of their bodies.
        :param settings: What is looked for, and how.
        :param regions: Where to look instead of where the bodies say.
        :return: The people in their order, behind them those known by a region of nobody only, and
            the regions as they were last looked at with the scores of the networks.
        :raises ValueError: If the array is no image, its size is another than the people's, or a
            region is of a person that there is not.
        """
        check_image(image)
        if people.image_size != (image.shape[1], image.shape[0]):
            raise ValueError(
                f'people are of an image of {people.image_size[0]} x {people.image_size[1]}, '
                f'expected {image.shape[1]} x {image.shape[0]}'
            )
        if regions is None:
            regions = self.first_looks(self.regions(people, skeleton, settings), settings)
        regions = of_people(regions, people, settings.face_hand.max_people)
        regions = regions.take(
            usable(regions, people.image_size, settings.regions.max_size_factor)
        )
        return self._look(image, people, skeleton, settings, regions)

    def unchanged(
        self, people: People2D, skeleton: Skeleton, switches: FaceHandParameters
    ) -> People2D:
        """
        Return the people to whom nothing is added, in the skeleton of those with feet.

        :param people: The people.
        :param skeleton: Skeleton of their bodies.
        :param switches: What is looked for otherwise.
        """
        if not self._adds_feet(skeleton, switches):
            return people
        body = with_feet_skeleton(people.body, skeleton)
        return replace(people, skeleton=WITH_FEET, body=body)

    def _adds_feet(self, skeleton: Skeleton, switches: FaceHandParameters) -> bool:
        return switches.feet and self._feet is not None and _lacks_feet(skeleton)

    def _look(
        self,
        image: Array,
        people: People2D,
        skeleton: Skeleton,
        settings: FaceHandSettings,
        regions: Regions,
    ) -> tuple[People2D, Regions]:
        """Run one network after the other, each on all its regions at once."""
        switches, looked = settings.face_hand, []
        if self._feet is not None and self._adds_feet(skeleton, switches):
            feet = _detect(self._feet, image, regions, (FEET,), settings.landmarks)
            people = add_feet(people, feet, skeleton)
            looked.append(feet.regions)
        if switches.face and self._face is not None:
            faces = _detect(self._face, image, regions, (FACE,), settings.landmarks)
            people = add_faces(people, faces, self._face.skeleton)
            looked.append(faces.regions)
        if switches.hands and self._hands is not None:
            hands = _detect(self._hands, image, regions, _HANDS, settings.landmarks)
            people = add_hands(people, hands, self._hands.skeleton)
            looked.append(hands.regions)
        return people, Regions.joined(looked)


def _detect(
    detector: LandmarkDetector,
    image: Array,
    regions: Regions,
    kinds: tuple[int, ...],
    parameters: LandmarkParameters,
) -> Landmarks:
    """Let a detector look at the regions of some kinds, of which there may be none."""
    mine = regions.take(np.flatnonzero(np.isin(regions.kinds, kinds)))
    if not len(mine):
        return Landmarks(Keypoints2D.missing(0, 0), mine)
    return detector.detect(image, mine, parameters)


def _lacks_feet(skeleton: Skeleton) -> bool:
    """Return whether bodies lack nothing but feet to be those of the skeleton with feet."""
    parts = set(skeleton.parts)
    known = set(get_skeleton(WITH_FEET).parts)
    # Whoever has other parts, a vehicle say, would lose them in the other skeleton.
    return parts <= known and parts.isdisjoint(_FOOT_PARTS) and parts.issuperset(_FOOT_ANCHORS)
