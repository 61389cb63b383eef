# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People to regions: where faces, hands and feet are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose2d.body_parts import BodyParts
from openpose_ros.pose2d.face_regions import openpose_face_regions
from openpose_ros.pose2d.face_regions import upright_face_regions
from openpose_ros.pose2d.foot_regions import foot_regions
from openpose_ros.pose2d.hand_regions import hand_regions
from openpose_ros.pose2d.region_table import usable
from openpose_ros.region_types import NO_PERSON
from openpose_ros.region_types import REGION_KINDS
from openpose_ros.region_types import Regions
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D


@dataclass(frozen=True)
class RegionParameters(ParameterGroup):
    """Which keypoints make a region, and how small it may be."""

    group: ClassVar[str] = 'regions'

    face_min_score: float = param(
        0.25, 'Body keypoints above this score make a face region.',
        low=0.0, high=1.0, dynamic=True,
    )
    hand_min_score: float = param(
        0.03, 'Arm keypoints above this score make a hand region.',
        low=0.0, high=1.0, dynamic=True,
    )
    feet_min_score: float = param(
        0.05, 'Body keypoints above this score make a foot region.',
        low=0.0, high=1.0, dynamic=True,
    )
    face_min_size_px: float = param(
        40.0, "Smallest face box of OpenPose's rule, for networks with heatmaps.",
        low=0.0, high=4096.0, dynamic=True,
    )
    upright_face_min_size_px: float = param(
        20.0, 'Smallest face square that turns with the eyes, for networks with points.',
        low=0.0, high=4096.0, dynamic=True,
    )
    hand_min_size_px: float = param(
        1.0,
        "Smallest hand box of OpenPose's rule, for networks with heatmaps; its area is above 10 "
        'square pixels in any case.',
        low=0.0, high=4096.0, dynamic=True,
    )
    upright_hand_min_size_px: float = param(
        20.0, 'Smallest hand square that turns with the forearm, for networks with points.',
        low=0.0, high=4096.0, dynamic=True,
    )
    max_size_factor: float = param(
        4.0, 'Largest region, in longer sides of the image.', low=0.1, high=100.0, dynamic=True
    )


@dataclass(frozen=True)
class RegionWish:
    """
    What is looked for, and how the networks want it.

    :param face: Whether faces are looked for.
    :param hands: Whether hands are looked for.
    :param feet: Whether feet are looked for.
    :param upright_faces: Whether faces are turned upright; else the boxes are OpenPose's.
    :param upright_hands: Whether hands are turned upright.
    """

    face: bool = True
    hands: bool = True
    feet: bool = True
    upright_faces: bool = True
    upright_hands: bool = True


def find_regions(
    people: People2D,
    skeleton: Skeleton,
    wish: RegionWish = RegionWish(),
    parameters: RegionParameters = RegionParameters(),
    *,
    max_people: int = 10,
) -> Regions:
    """
    Return the regions of the best people.

    :param people: People of an image.
    :param skeleton: Skeleton of their bodies.
    :param wish: What is looked for.
    :param parameters: Which keypoints make a region.
    :param max_people: Most people who get regions, those with the best scores.
    :return: Regions that show some of the image, faces, then left hands, right hands and feet;
        each knows the row of its person.
    """
    rows = best_people(people, max_people)
    bodies = people.body.take(rows)
    found = []
    if wish.face:
        found.append(_faces(bodies, skeleton, wish, parameters))
    if wish.hands:
        found.append(_hands(bodies, skeleton, wish, parameters))
    if wish.feet:
        found.append(foot_regions(BodyParts(bodies, skeleton, parameters.feet_min_score)))
    regions = Regions.joined(found)
    regions = Regions(
        regions.kinds,
        rows[regions.persons],
        regions.xy_image,
        regions.sizes_px,
        regions.angles_rad,
        regions.scores,
    )
    return regions.take(usable(regions, people.image_size, parameters.max_size_factor))


def best_people(people: People2D, max_people: int) -> IntArray:
    """
    Return the rows of the people with the best scores, in the order of the table.

    :param people: People of an image.
    :param max_people: Most people wanted.
    """
    best = np.argsort(-people.scores, kind='stable')[:max_people]
    return np.sort(best)


def of_people(regions: Regions, people: People2D, max_people: int) -> Regions:
    """
    Return those of somebody's own regions that are of the best people, or of nobody.

    :param regions: Regions of an image, of whoever's making.
    :param people: The people of the image.
    :param max_people: Most people, a quarter of their most regions, and most regions of nobody;
        the best ones.
    :raises ValueError: If a region is of a person that there is not.
    """
    nobody = regions.persons == NO_PERSON
    unknown = ~nobody & ((regions.persons < 0) | (regions.persons >= len(people)))
    if unknown.any():
        raise ValueError(
            f'a region is of person {regions.persons[unknown][0]}, '
            f'expected one of {len(people)} people or NO_PERSON'
        )
    of_best = np.isin(regions.persons, best_people(people, max_people)) & ~nobody
    # As many as the bodies themselves would give, or somebody's list could take any time.
    known = _best_rows(regions, of_best, len(REGION_KINDS) * max_people)
    strangers = _best_rows(regions, nobody, max_people)
    return regions.take(np.sort(np.concatenate((known, strangers))))


def _best_rows(regions: Regions, wanted: Array, most: int) -> IntArray:
    rows = np.flatnonzero(wanted)
    scores = np.nan_to_num(regions.scores[rows])
    return rows[np.argsort(-scores, kind='stable')[:most]]


def _faces(
    bodies: Keypoints2D, skeleton: Skeleton, wish: RegionWish, parameters: RegionParameters
) -> Regions:
    body = BodyParts(bodies, skeleton, parameters.face_min_score)
    if wish.upright_faces:
        return _larger(upright_face_regions(body), parameters.upright_face_min_size_px)
    return _larger(openpose_face_regions(body), parameters.face_min_size_px)


def _hands(
    bodies: Keypoints2D, skeleton: Skeleton, wish: RegionWish, parameters: RegionParameters
) -> Regions:
    body = BodyParts(bodies, skeleton, parameters.hand_min_score)
    if wish.upright_hands:
        return _larger(hand_regions(body, upright=True), parameters.upright_hand_min_size_px)
    return _larger(hand_regions(body, upright=False), parameters.hand_min_size_px)


def _larger(regions: Regions, min_size_px: float) -> Regions:
    return regions.take(np.flatnonzero(regions.sizes_px > min_size_px))
