# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The values passed between the stages, in the order the data flows.

``Image -> NetworkInput -> FieldMaps -> Peaks -> Limbs -> People2D``. All are frozen structures of
arrays. Axes: N people, P parts, L limbs, K peaks, M limb candidates, H W image or network input,
h w maps. Coordinates: x right, y down, the centre of the top-left pixel is (0, 0). A missing
keypoint has xy NaN and score 0. Where faces, hands and feet are looked for: ``region_types``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


def require_shape(name: str, array: Array, shape: tuple[int | None, ...]) -> None:
    """
    Check the shape of an array.

    :param name: Name for the message.
    :param array: Array to check.
    :param shape: Expected shape, ``None`` for any length.
    :raises ValueError: If the shape differs; gives expected and found.
    """
    fits = array.ndim == len(shape) and all(
        wanted is None or wanted == found for wanted, found in zip(shape, array.shape)
    )
    if not fits:
        expected = ', '.join('any' if length is None else str(length) for length in shape)
        raise ValueError(f'{name} has shape {array.shape}, expected ({expected})')


@dataclass(frozen=True)
class ImageTransform:
    """
    Affine map, per axis, between some pixel space (network input, maps) and the source image.

    The only owner of scale, padding and the half-pixel rule: sizes scale around pixel corners,
    while coordinates name pixel centres, hence the halves.

    :param scale_x: Image pixels per unit of the other space, x.
    :param scale_y: Image pixels per unit of the other space, y.
    :param offset_x: Image x of the other space's origin, in pixels.
    :param offset_y: Image y of the other space's origin, in pixels.
    """

    scale_x: float
    scale_y: float
    offset_x: float
    offset_y: float

    @classmethod
    def from_resize(
        cls, image_size: tuple[int, int], resized_size: tuple[int, int]
    ) -> ImageTransform:
        """
        Transform of an image that was resized and placed in the top-left corner.

        :param image_size: Width and height of the source image in pixels.
        :param resized_size: Width and height of the resized image, padding not counted.
        """
        scale_x = image_size[0] / resized_size[0]
        scale_y = image_size[1] / resized_size[1]
        return cls(scale_x, scale_y, 0.5 * scale_x - 0.5, 0.5 * scale_y - 0.5)

    def of_maps(self, stride: float, map_offset_px: float = 0.0) -> ImageTransform:
        """
        Transform of the maps of a network whose input has this transform.

        The centre of cell j lies at network-input pixel ``(j + 0.5) stride - 0.5 + offset``.

        :param stride: Input pixels per map cell.
        :param map_offset_px: Shift of a model's maps in input pixels, measured per model.
        """
        origin = 0.5 * stride - 0.5 + map_offset_px
        return ImageTransform(
            self.scale_x * stride,
            self.scale_y * stride,
            self.scale_x * origin + self.offset_x,
            self.scale_y * origin + self.offset_y,
        )

    def to_image(self, xy: Array) -> Array:
        """
        Map coordinates to the source image.

        :param xy: Coordinates in the other space, shape ``(..., 2)``.
        :return: Pixels of the source image, same shape.
        """
        scale, offset = self._arrays(xy)
        return xy * scale + offset

    def from_image(self, xy: Array) -> Array:
        """
        Map source image coordinates to the other space; undoes :meth:`to_image`.

        :param xy: Pixels of the source image, shape ``(..., 2)``.
        :return: Coordinates in the other space, same shape.
        """
        scale, offset = self._arrays(xy)
        return (xy - offset) / scale

    def _arrays(self, xy: Array) -> tuple[Array, Array]:
        # Whole pixels may come as integers, a scale may not.
        dtype = np.result_type(xy.dtype, np.float32)
        scale = np.array((self.scale_x, self.scale_y), dtype)
        return scale, np.array((self.offset_x, self.offset_y), dtype)


@dataclass(frozen=True, eq=False)
class NetworkInput:
    """
    What the network reads.

    :param tensor: Shape ``(1, 3, H, W)`` (or ``(1, H, W, 3)``), float32, as the model wants it.
    :param transform: From network-input pixels to the source image.
    :param image_size: Width and height of the source image in pixels.
    """

    tensor: FloatArray
    transform: ImageTransform
    image_size: tuple[int, int]


@dataclass(frozen=True, eq=False)
class FieldMaps:
    """
    What the network says: heatmaps and part affinity fields at map resolution.

    :param heatmaps: One score map per part, background left out, shape ``(P, h, w)``, float32.
    :param pafs: Part affinity fields in the skeleton's limb order, x then y component, unit
        vectors from the limb's first to its second part, shape ``(L, 2, h, w)``, float32.
    :param stride: Network-input pixels per map cell.
    :param transform: From map cells to the source image.
    :param image_size: Width and height of the source image in pixels.
    """

    heatmaps: FloatArray
    pafs: FloatArray
    stride: float
    transform: ImageTransform
    image_size: tuple[int, int]

    def __post_init__(self) -> None:
        """Check that heatmaps and PAFs belong together; ValueError if not."""
        require_shape('heatmaps', self.heatmaps, (None, None, None))
        require_shape('pafs', self.pafs, (None, 2, *self.heatmaps.shape[1:]))


@dataclass(frozen=True, eq=False)
class Peaks:
    """
    Local maxima of the heatmaps, all parts in one table, ordered by part.

    :param part_ids: Part index of each peak, ascending, shape ``(K,)``, int64.
    :param xy_map: Position in map cells, shape ``(K, 2)``, float32.
    :param scores: Heatmap value at the position, shape ``(K,)``, float32.
    """

    part_ids: IntArray
    xy_map: FloatArray
    scores: FloatArray

    def __post_init__(self) -> None:
        """Check the shapes; ValueError if the arrays differ in length."""
        require_shape('part_ids', self.part_ids, (None,))
        require_shape('xy_map', self.xy_map, (len(self.part_ids), 2))
        require_shape('scores', self.scores, (len(self.part_ids),))


@dataclass(frozen=True, eq=False)
class Limbs:
    """
    Candidate limbs: pairs of peaks that the part affinity fields support.

    :param limb_ids: Limb index of each candidate, shape ``(M,)``, int64.
    :param peaks_from: Row in :class:`Peaks` of the limb's first part, shape ``(M,)``, int64.
    :param peaks_to: Row in :class:`Peaks` of the limb's second part, shape ``(M,)``, int64.
    :param scores: PAF score, the line integral of Eq. 11, shape ``(M,)``, float32.
    """

    limb_ids: IntArray
    peaks_from: IntArray
    peaks_to: IntArray
    scores: FloatArray

    def __post_init__(self) -> None:
        """Check the shapes; ValueError if the arrays differ in length."""
        require_shape('limb_ids', self.limb_ids, (None,))
        for name in ('peaks_from', 'peaks_to', 'scores'):
            require_shape(name, getattr(self, name), self.limb_ids.shape)


@dataclass(frozen=True, eq=False)
class Keypoints2D:
    """
    The keypoints of N people in one skeleton.

    :param xy: Pixels of the source image, NaN where missing, shape ``(N, P, 2)``, float32.
    :param scores: In [0, 1], 0 where missing, shape ``(N, P)``, float32.
    """

    xy: FloatArray
    scores: FloatArray

    def __post_init__(self) -> None:
        """Check the shapes; ValueError if scores do not fit the positions."""
        require_shape('xy', self.xy, (None, None, 2))
        require_shape('scores', self.scores, self.xy.shape[:2])

    @classmethod
    def missing(cls, people: int, parts: int) -> Keypoints2D:
        """
        Keypoints that are all missing.

        :param people: Number of people.
        :param parts: Number of parts.
        """
        return cls(
            np.full((people, parts, 2), np.nan, np.float32),
            np.zeros((people, parts), np.float32),
        )

    def take(self, rows: Array) -> Keypoints2D:
        """
        Return some of the people.

        :param rows: Indices or a mask of people, shape ``(n,)``.
        """
        return Keypoints2D(self.xy[rows], self.scores[rows])


@dataclass(frozen=True, eq=False)
class People2D:
    """
    Everybody in one image, in pixels of the source image. Nobody: arrays of length 0.

    A skeleton name that is empty means that this part of the body was not looked for; its
    keypoints then have P = 0.

    :param skeleton: Name of the body skeleton.
    :param body: Body keypoints of the N people.
    :param scores: Person scores in [0, 1], shape ``(N,)``, float32.
    :param ids: Identities over time, 0 for none, shape ``(N,)``, int64.
    :param image_size: Width and height of the source image in pixels.
    :param face_skeleton: Name of the face skeleton or empty.
    :param hand_skeleton: Name of the hand skeleton or empty.
    :param face: Face keypoints.
    :param left_hand: Keypoints of the left hands.
    :param right_hand: Keypoints of the right hands.
    """

    skeleton: str
    body: Keypoints2D
    scores: FloatArray
    ids: IntArray
    image_size: tuple[int, int]
    face_skeleton: str
    hand_skeleton: str
    face: Keypoints2D
    left_hand: Keypoints2D
    right_hand: Keypoints2D

    def __post_init__(self) -> None:
        """Check that all arrays hold the same number of people; ValueError if not."""
        count = len(self.body.xy)
        require_shape('scores', self.scores, (count,))
        require_shape('ids', self.ids, (count,))
        for name in ('face', 'left_hand', 'right_hand'):
            require_shape(f'{name}.xy', getattr(self, name).xy, (count, None, 2))

    @classmethod
    def from_body(
        cls, skeleton: str, body: Keypoints2D, scores: FloatArray, image_size: tuple[int, int]
    ) -> People2D:
        """
        People of whom only the body was looked for.

        :param skeleton: Name of the body skeleton.
        :param body: Body keypoints of the N people.
        :param scores: Person scores, shape ``(N,)``, float32.
        :param image_size: Width and height of the source image in pixels.
        """
        nothing = Keypoints2D.missing(len(scores), 0)
        ids = np.zeros(len(scores), np.int64)
        return cls(skeleton, body, scores, ids, image_size, '', '', nothing, nothing, nothing)

    def __len__(self) -> int:
        """Return the number of people."""
        return len(self.scores)
