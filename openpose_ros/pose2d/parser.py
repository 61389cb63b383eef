# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Maps to people: the paper's parsing as one call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.pose2d.limbs import LimbParameters
from openpose_ros.pose2d.limbs import score_limbs
from openpose_ros.pose2d.peaks import find_peaks
from openpose_ros.pose2d.peaks import PeakParameters
from openpose_ros.pose2d.people import assemble_people
from openpose_ros.pose2d.people import LENIENT
from openpose_ros.pose2d.people import PeopleParameters
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import FieldMaps
from openpose_ros.types import Peaks
from openpose_ros.types import People2D

# Two peaks that lie on one another get the score of the weakest peak and a little (OpenPose).
_NEAR_MARGIN = 1e-6


@dataclass(frozen=True)
class ParserParameters:
    """The parameters of all parsing stages."""

    peaks: PeakParameters = PeakParameters()
    limbs: LimbParameters = LimbParameters()
    people: PeopleParameters = PeopleParameters()


# OpenPose's --maximize_positives: more people are found, and more that are not there.
MAXIMIZE_POSITIVES = ParserParameters(
    PeakParameters(min_score=0.02),
    LimbParameters(min_score=0.01, min_inlier_ratio=0.75),
    LENIENT,
)


def parse_maps(maps: FieldMaps, skeleton: Skeleton, parameters: ParserParameters) -> People2D:
    """
    Find the people in the network's maps.

    :param maps: Heatmaps ``(P, h, w)`` and part affinity fields ``(L, 2, h, w)``.
    :param skeleton: Skeleton of P parts and L limbs.
    :param parameters: Thresholds.
    :return: People in pixels of the source image, best first.
    :raises ValueError: If the maps do not fit the skeleton or hold NaN or infinity.
    """
    _check(maps, skeleton)
    peaks = find_peaks(maps, parameters.peaks)
    return parse_peaks(peaks, maps, skeleton, parameters)


def parse_peaks(
    peaks: Peaks, maps: FieldMaps, skeleton: Skeleton, parameters: ParserParameters
) -> People2D:
    """
    Find the people among the peaks; the second half of :func:`parse_maps`.

    :param peaks: Peaks ordered by part.
    :param maps: Maps with part affinity fields ``(L, 2, h, w)``.
    :param skeleton: Skeleton of P parts and L limbs.
    :param parameters: Thresholds.
    :return: People in pixels of the source image, best first.
    """
    near_score = parameters.peaks.min_score + _NEAR_MARGIN
    limbs = score_limbs(peaks, maps, skeleton, parameters.limbs, near_score=near_score)
    return assemble_people(
        peaks,
        limbs,
        skeleton,
        parameters.people,
        transform=maps.transform,
        image_size=maps.image_size,
    )


def _check(maps: FieldMaps, skeleton: Skeleton) -> None:
    for name, array, count in (
        ('heatmaps', maps.heatmaps, len(skeleton.parts)),
        ('part affinity fields', maps.pafs, len(skeleton.limbs)),
    ):
        if len(array) != count:
            raise ValueError(
                f"{len(array)} {name}, expected {count} for skeleton '{skeleton.name}'"
            )
        # A sum is finite only if all terms are, and it is cheaper than a look at each.
        with np.errstate(invalid='ignore'):
            total = array.sum(dtype=np.float64)
        if not np.isfinite(total):
            raise ValueError(f'the {name} hold NaN or infinite values, expected finite numbers')
