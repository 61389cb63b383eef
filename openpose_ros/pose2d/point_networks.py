# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Networks that answer with the places of points in a crop: hands and feet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.networks.landmark_metadata import RegressorOutputs
from openpose_ros.pose2d.crops import CropTransform
from openpose_ros.pose2d.landmarks import Infer
from openpose_ros.pose2d.landmarks import infer_in_batches
from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.pose2d.landmarks import Landmarks
from openpose_ros.pose2d.landmarks import landmarks_of
from openpose_ros.pose2d.landmarks import lowest_score
from openpose_ros.pose2d.landmarks import mirrored_hands
from openpose_ros.pose2d.region_table import angle_of_up
from openpose_ros.pose2d.region_table import replaced
from openpose_ros.region_types import Regions
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FloatArray

# The hand as far as the middle joints: the fingers beyond say nothing of where it is.
_PALM = (
    'wrist', 'thumb_1', 'thumb_2', 'thumb_3', 'index_1', 'index_2', 'middle_1', 'middle_2',
    'ring_1', 'ring_2', 'little_1', 'little_2',
)
_PALM_MARGIN = 2.0
_PALM_SHIFT = -0.1


@dataclass(frozen=True, eq=False)
class PointsInCrops:
    """
    What a network of points said of R crops.

    :param points: All K points in pixels of the source image, ``(R, K, 2)``, float32.
    :param xy_image: The P parts of the skeleton in the same pixels, NaN for those that the network
        does not know, ``(R, P, 2)``, float32.
    :param visible: That a part is seen, 1 if the network does not say, ``(R, P)``, float32.
    :param scores: That the crop shows what the network is for, 1 if it does not say, ``(R,)``,
        float32.
    """

    points: FloatArray
    xy_image: FloatArray
    visible: FloatArray
    scores: FloatArray


@dataclass(frozen=True)
class PointNetwork:
    """
    A network that answers with the places of points in a crop.

    :param model: Metadata of a regressor.
    :param infer: Crops to the outputs that the metadata name.
    """

    model: LandmarkModel
    infer: Infer

    def look(
        self,
        image: Array,
        regions: Regions,
        *,
        max_batch: int,
        mirrored: Array | None = None,
    ) -> PointsInCrops:
        """
        Look at regions of an image.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        :param regions: At least one region.
        :param max_batch: Most crops at once.
        :param mirrored: Which crops are mirrored, ``(R,)``; ``None`` for none.
        :raises ValueError: If the network's answer is not as its metadata say.
        """
        flags = np.zeros(len(regions), bool) if mirrored is None else mirrored
        transform = CropTransform(regions, self.model.size_px, flags)
        batches = infer_in_batches(self.infer, image, transform, self.model.input, max_batch)
        columns = [np.concatenate(one) for one in zip(*batches)]
        outputs = dict(zip(self._outputs.names(), columns))
        table = self._table(outputs[self._outputs.landmarks], len(regions))
        places = [self._outputs.values.index(axis) for axis in ('x', 'y')]
        points = transform.to_image(table[:, :, places])
        count, parts = len(regions), len(self.model.skeleton.parts)
        xy_image = np.full((count, parts, 2), np.nan, np.float32)
        xy_image[:, self.model.part_ids] = self.model.points.apply(points)
        return PointsInCrops(points, xy_image, self._visible(table), self._scores(outputs, count))

    @property
    def _outputs(self) -> RegressorOutputs:
        if not isinstance(self.model.outputs, RegressorOutputs):
            raise ValueError(f"model '{self.model.name}' gives heatmaps, expected points")
        return self.model.outputs

    def _table(self, output: Array, count: int) -> Array:
        """Return the numbers of each point, ``(R, K, V)``."""
        shape = (count, self._outputs.points, len(self._outputs.values))
        if output.shape[:1] != (count,) or output.size != np.prod(shape):
            raise ValueError(
                f"model '{self.model.name}', output '{self._outputs.landmarks}' has shape "
                f'{output.shape}, expected {shape[0]} rows of {shape[1]} x {shape[2]} numbers'
            )
        return output.reshape(shape)

    def _visible(self, table: Array) -> FloatArray:
        """Return that each part is in the crop and not hidden, ``(R, P)``."""
        visible = np.ones((len(table), len(self.model.skeleton.parts)), np.float32)
        for value in ('visibility', 'presence'):
            if value in self._outputs.values:
                column = self._outputs.values.index(value)
                logits = self.model.points.apply(table[:, :, column:column + 1])[:, :, 0]
                visible[:, self.model.part_ids] *= sigmoid(logits)
        return visible

    def _scores(self, outputs: dict[str, Array], count: int) -> FloatArray:
        if not self._outputs.score:
            return np.ones(count, np.float32)
        scores = outputs[self._outputs.score]
        if scores.size != count:
            raise ValueError(
                f"model '{self.model.name}', output '{self._outputs.score}' has shape "
                f'{scores.shape}, expected one number for each of {count} crops'
            )
        is_logit = self._outputs.score_activation == 'logit'
        return sigmoid(scores.reshape(count)) if is_logit else scores.reshape(count)


def sigmoid(logits: Array) -> FloatArray:
    """
    Return the probabilities of logits.

    :param logits: Any shape.
    """
    # Beyond this the result is 0 or 1 in float32, and the exponential would overflow.
    bounded = np.clip(logits.astype(np.float32), -80, 80)
    probabilities: FloatArray = (1 / (1 + np.exp(-bounded))).astype(np.float32)
    return probabilities


@dataclass(frozen=True)
class HandPoints:
    """
    Finds the points of hands.

    :param network: Knows the parts of ``hand_21``.
    """

    network: PointNetwork
    upright: bool = True

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton of the hands."""
        return self.network.model.skeleton

    def detect(
        self, image: Array, regions: Regions, parameters: LandmarkParameters
    ) -> Landmarks:
        """Find the points; see :class:`openpose_ros.pose2d.landmarks.LandmarkDetector`."""
        model, most = self.network.model, parameters.max_batch
        mirrored = mirrored_hands(regions, model)
        found = self.network.look(image, regions, max_batch=most, mirrored=mirrored)
        for _ in range(parameters.hand_looks - 1):
            regions = refined_hands(regions, found.xy_image, self.skeleton)
            found = self.network.look(image, regions, max_batch=most, mirrored=mirrored)
        return landmarks_of(
            regions,
            found.xy_image,
            found.scores,
            found.visible * found.scores[:, None],
            lowest_score(parameters.hand_min_score, model),
        )


@dataclass(frozen=True)
class FootPoints:
    """
    Finds heels and toes of whole people.

    :param network: Knows parts of ``body_25``.
    """

    network: PointNetwork
    upright: bool = True

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton of the bodies whose feet these are."""
        return self.network.model.skeleton

    def detect(
        self, image: Array, regions: Regions, parameters: LandmarkParameters
    ) -> Landmarks:
        """Find the points; see :class:`openpose_ros.pose2d.landmarks.LandmarkDetector`."""
        found = self.network.look(image, regions, max_batch=parameters.max_batch)
        return landmarks_of(
            regions,
            found.xy_image,
            found.scores,
            found.visible,
            lowest_score(parameters.feet_min_score, self.network.model),
        )


def refined_hands(regions: Regions, xy_image: Array, skeleton: Skeleton) -> Regions:
    """
    Return the squares in which to look at hands again.

    :param regions: Regions in which the hands were found.
    :param xy_image: Their points, ``(R, P, 2)``.
    :param skeleton: Skeleton of the hands, with the parts of ``hand_21``.
    """
    part = {name: xy_image[:, skeleton.index(name)] for name in _PALM}
    sides = 0.5 * (part['index_1'] + part['ring_1'])
    knuckles = 0.5 * (sides + part['middle_1'])
    return replaced(
        regions,
        np.stack(list(part.values()), axis=1),
        angle_of_up((knuckles - part['wrist']).astype(float)),
        margin=_PALM_MARGIN,
        shift_down=_PALM_SHIFT,
    )
