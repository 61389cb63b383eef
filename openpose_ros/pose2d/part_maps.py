# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Networks with a heatmap per part of a crop: OpenPose's own face and hand networks."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace

import numpy as np

from openpose_ros.networks.landmark_metadata import HeatmapOutputs
from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.pose2d.crops import CropTransform
from openpose_ros.pose2d.landmarks import Infer
from openpose_ros.pose2d.landmarks import infer_in_batches
from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.pose2d.landmarks import Landmarks
from openpose_ros.pose2d.landmarks import landmarks_of
from openpose_ros.pose2d.landmarks import lowest_score
from openpose_ros.pose2d.landmarks import mirrored_hands
from openpose_ros.pose2d.peaks import find_peaks
from openpose_ros.pose2d.peaks import PeakParameters
from openpose_ros.region_types import FACE
from openpose_ros.region_types import Regions
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FieldMaps
from openpose_ros.types import FloatArray
from openpose_ros.types import ImageTransform

_HIGHEST_ONLY = PeakParameters(min_score=0.0, max_per_part=1)
_SAME_PIXELS = ImageTransform(1.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class PartMaps:
    """
    Finds the keypoints of faces or hands: the maximum of each heatmap.

    Hands are looked at in several sizes at will; of these the one with the best mean score counts.

    :param model: Metadata of a network with heatmaps.
    :param infer: Crops to heatmaps, ``(R, C, h, w)`` or ``(R, h, w, C)``.
    """

    model: LandmarkModel
    infer: Infer
    upright: bool = False

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton of the keypoints."""
        return self.model.skeleton

    def detect(
        self, image: Array, regions: Regions, parameters: LandmarkParameters
    ) -> Landmarks:
        """Find the keypoints; see :class:`openpose_ros.pose2d.landmarks.LandmarkDetector`."""
        hands = bool((regions.kinds != FACE).all())
        sizes = _scales(parameters) if hands else (1.0,)
        looks = Regions.joined(
            [replace(regions, sizes_px=regions.sizes_px * np.float32(size)) for size in sizes]
        )
        transform = CropTransform(looks, self.model.size_px, mirrored_hands(looks, self.model))
        batches = infer_in_batches(
            self.infer, image, transform, self.model.input, parameters.max_batch
        )
        maxima = [self._maxima(self._heatmaps(outputs[0])) for outputs in batches]
        xy_crop, scores = (np.concatenate(one) for one in zip(*maxima))
        means = scores.mean(axis=1)
        tried = means.reshape(len(sizes), len(regions))
        best = tried.argmax(axis=0) * len(regions) + np.arange(len(regions))
        return landmarks_of(
            looks.take(best),
            transform.to_image(xy_crop)[best],
            means[best],
            scores[best],
            lowest_score(
                parameters.hand_min_score if hands else parameters.face_min_score, self.model
            ),
        )

    def _heatmaps(self, output: Array) -> FloatArray:
        """Return the heatmaps of the parts, channels first."""
        parts = len(self.skeleton.parts)
        if output.ndim == 4 and self.model.input.layout == 'nhwc':
            output = output.transpose(0, 3, 1, 2)
        channels = parts + int(self._outputs.background)
        if output.ndim != 4 or output.shape[1] != channels:
            raise ValueError(
                f"model '{self.model.name}', output '{self._outputs.heatmaps}' has shape "
                f'{output.shape}, expected 4 axes and {channels} channels for skeleton '
                f"'{self.skeleton.name}'"
            )
        return output[:, :parts]

    @property
    def _outputs(self) -> HeatmapOutputs:
        if not isinstance(self.model.outputs, HeatmapOutputs):
            raise ValueError(f"model '{self.model.name}' gives points, expected heatmaps")
        return self.model.outputs

    def _maxima(self, maps: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the place of each map's maximum in crop pixels ``(R, P, 2)`` and its value."""
        regions, parts, height, width = maps.shape
        table = np.ascontiguousarray(maps).reshape(regions * parts, height, width)
        stride, size = self._outputs.stride, self.model.size_px
        fields = FieldMaps(
            table,
            np.zeros((0, 2, height, width), np.float32),
            stride,
            _SAME_PIXELS.of_maps(stride, self._outputs.map_offset_px),
            (size, size),
        )
        peaks = find_peaks(fields, _HIGHEST_ONLY)
        xy_crop = np.full((regions * parts, 2), np.nan, np.float32)
        scores = np.zeros(regions * parts, np.float32)
        xy_crop[peaks.part_ids] = fields.transform.to_image(peaks.xy_map)
        scores[peaks.part_ids] = peaks.scores
        return xy_crop.reshape(regions, parts, 2), scores.reshape(regions, parts)


def _scales(parameters: LandmarkParameters) -> tuple[float, ...]:
    """Return the sizes at which hands are looked at, around 1 and evenly spaced."""
    count, span = parameters.hand_scale_number, parameters.hand_scale_range
    if count == 1:
        return (1.0,)
    return tuple(1 - span / 2 + span * step / (count - 1) for step in range(count))
