# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Regions to keypoints: what all secondary networks have in common.

Two families give the same :class:`Landmarks`: networks that answer with the places of points
(``point_networks.py``, ``face_points.py``) and networks that answer with a heatmap per part
(``part_maps.py``); ``detectors.py`` chooses by a model's metadata.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from typing import Protocol

import numpy as np

from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.networks.metadata import InputFormat
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose2d.crops import CropTransform
from openpose_ros.pose2d.crops import extract_crops
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import Regions
from openpose_ros.region_types import RIGHT_HAND
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import Keypoints2D
from openpose_ros.types import require_shape

# A network: crops (R, 3, S, S) or (R, S, S, 3) to its outputs, whose first axis is R.
Infer = Callable[[FloatArray], tuple[Array, ...]]


@dataclass(frozen=True)
class LandmarkParameters(ParameterGroup):
    """How faces, hands and feet are looked for, and when one counts as found."""

    group: ClassVar[str] = 'landmarks'

    max_batch: int = param(
        16,
        'Most crops that are cut out, and that a network is given, at once: bounds the memory.',
        low=1, high=64, dynamic=True,
    )
    face_min_score: float = param(
        0.0, "Lowest score of a face kept; 0: the model's own.", low=0.0, high=1.0, dynamic=True
    )
    hand_min_score: float = param(
        0.0, "Lowest score of a hand kept; 0: the model's own.", low=0.0, high=1.0, dynamic=True
    )
    feet_min_score: float = param(
        0.0, "Lowest score of a person whose feet are kept; 0: the model's own.",
        low=0.0, high=1.0, dynamic=True,
    )
    face_looks: int = param(
        3,
        'How often a network with points looks at each face, each time in the square around the '
        'points found; 1 is fastest.',
        low=1, high=8, dynamic=True,
    )
    hand_looks: int = param(
        2, 'How often a network with points looks at each hand, likewise.',
        low=1, high=8, dynamic=True,
    )
    hand_crop_scale: float = param(
        0.75,
        "What a network with points sees first of each hand of a body, in sides of OpenPose's "
        'hand box; regions of regions_in are taken as they are.',
        low=0.1, high=4.0, dynamic=True,
    )
    hand_scale_number: int = param(
        1, 'Sizes at which a network with heatmaps looks at each hand; 6 is best, and slow.',
        low=1, high=16, dynamic=True,
    )
    hand_scale_range: float = param(
        0.4, 'Largest minus smallest of these sizes, in sides of the hand box.',
        low=0.0, high=1.9, dynamic=True,
    )


@dataclass(frozen=True, eq=False)
class Landmarks:
    """
    What was found in R regions.

    :param keypoints: Keypoints of the P parts, all missing where nothing was found, R rows.
    :param regions: The regions as they were last looked at; their scores are the network's.
    """

    keypoints: Keypoints2D
    regions: Regions

    def __post_init__(self) -> None:
        """Check that there is a row per region; ValueError if not."""
        require_shape('keypoints.xy', self.keypoints.xy, (len(self.regions), None, 2))

    def found(self) -> Array:
        """Return the rows in which something was found, ``(r,)``."""
        rows: Array = np.flatnonzero((self.keypoints.scores > 0).any(axis=1))
        return rows


class LandmarkDetector(Protocol):
    """Finds the keypoints in regions of some kinds."""

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton of the keypoints."""

    @property
    def upright(self) -> bool:
        """Whether the network wants the regions turned upright."""

    def detect(
        self, image: Array, regions: Regions, parameters: LandmarkParameters
    ) -> Landmarks:
        """
        Find the keypoints in regions.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        :param regions: R usable regions of this detector's kinds, at least one.
        :param parameters: How to look.
        :return: Keypoints of the R regions.
        """


def infer_in_batches(
    infer: Infer,
    image: Array,
    transform: CropTransform,
    crop_input: InputFormat,
    max_batch: int,
) -> Iterator[tuple[Array, ...]]:
    """
    Give a network all crops, no more than so many at once; only these are ever in memory.

    :param infer: The network.
    :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
    :param transform: The squares of the crops.
    :param crop_input: How the network wants the crops.
    :param max_batch: Most crops at once.
    :return: Its outputs for one batch after the other.
    """
    for start in range(0, len(transform.regions), max_batch):
        some = transform.take(slice(start, start + max_batch))
        yield infer(extract_crops(image, some, crop_input))


def lowest_score(parameter: float, model: LandmarkModel) -> float:
    """
    Return from which score on something counts as found.

    :param parameter: What the user wants; 0: what the metadata say.
    :param model: Metadata of the network.
    """
    return parameter or model.min_score


def mirrored_hands(regions: Regions, model: LandmarkModel) -> Array:
    """
    Return which regions show hands of the side that is mirrored for the network, ``(R,)``.

    :param regions: R regions.
    :param model: Metadata of the network.
    """
    kinds = {'left': LEFT_HAND, 'right': RIGHT_HAND}
    flags: Array = regions.kinds == kinds.get(model.mirror, -1)
    return flags


def landmarks_of(
    regions: Regions,
    xy_image: Array,
    scores: Array,
    keypoint_scores: Array,
    min_score: float,
) -> Landmarks:
    """
    Return the keypoints of those regions in which the network is sure enough.

    :param regions: The R regions looked at.
    :param xy_image: Pixels of the source image, ``(R, P, 2)``.
    :param scores: Score of each region as a whole, ``(R,)``.
    :param keypoint_scores: In [0, 1], ``(R, P)``, or ``(R, 1)`` for all parts; 0 is missing.
    :param min_score: Lowest score of a region as a whole.
    """
    scores = np.clip(np.nan_to_num(scores), 0, 1).astype(np.float32)
    found = (scores >= min_score) & (scores > 0)
    valid = np.isfinite(xy_image).all(axis=2) & (keypoint_scores > 0) & found[:, None]
    keypoints = Keypoints2D(
        np.where(valid[..., None], xy_image, np.nan).astype(np.float32),
        np.where(valid, np.clip(keypoint_scores, 0, 1), 0).astype(np.float32),
    )
    looked = Regions(
        regions.kinds,
        regions.persons,
        regions.xy_image,
        regions.sizes_px,
        regions.angles_rad,
        scores,
    )
    return Landmarks(keypoints, looked)
