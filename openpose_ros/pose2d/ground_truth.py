# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
People to maps: the heatmaps and part affinity fields that a network is trained on.

The paper's equations 7 to 10. A perfect network would answer with these maps, so they close the
loop in the tests: known people, maps, parser, the same people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FieldMaps
from openpose_ros.types import FloatArray
from openpose_ros.types import ImageTransform
from openpose_ros.types import Keypoints2D
from openpose_ros.types import require_shape


@dataclass(frozen=True)
class MapGeometry:
    """
    Size and place of the maps to render.

    :param width: Cells per row.
    :param height: Rows of cells.
    :param stride: Network-input pixels per cell.
    :param transform: From network-input pixels to the source image.
    :param image_size: Width and height of the source image in pixels.
    """

    width: int
    height: int
    stride: float
    transform: ImageTransform
    image_size: tuple[int, int]


@dataclass(frozen=True)
class FieldWidths:
    """
    Spread of what is rendered, in network-input pixels.

    :param sigma_px: Sigma of Eq. 7, whose exponent is -d^2 / sigma^2. The default is the 7 px
        that the networks at hand were trained with, written as exp(-d^2 / (2 7^2)).
    :param limb_px: Distance from the limb's line within which the field is set.
    :param beyond_px: Distance beyond the limb's ends within which it is set, too; 0 in Eq. 9.
        With half a stride a field read at the limb's very end is never nearly zero for want of a
        cell centre on the limb.
    """

    sigma_px: float = 7 * 2**0.5
    limb_px: float = 8.0
    beyond_px: float = 0.0


def render_maps(
    keypoints: Keypoints2D,
    skeleton: Skeleton,
    geometry: MapGeometry,
    widths: FieldWidths = FieldWidths(),
) -> FieldMaps:
    """
    Render the maps of known people.

    :param keypoints: Keypoints of N people in pixels of the source image, NaN where missing,
        ``(N, P, 2)``; the scores are not used.
    :param skeleton: Skeleton of P parts and L limbs.
    :param geometry: Size and place of the maps.
    :param widths: Spread of the peaks and limbs.
    :return: Heatmaps ``(P, h, w)`` and part affinity fields ``(L, 2, h, w)``.
    :raises ValueError: If the keypoints do not have the skeleton's number of parts.
    """
    require_shape('keypoints.xy', keypoints.xy, (None, len(skeleton.parts), 2))
    maps_transform = geometry.transform.of_maps(geometry.stride)
    xy_map = maps_transform.from_image(keypoints.xy)
    size = (geometry.height, geometry.width)
    return FieldMaps(
        render_heatmaps(xy_map, size, widths.sigma_px / geometry.stride),
        render_pafs(
            xy_map,
            size,
            skeleton.limb_pairs,
            widths.limb_px / geometry.stride,
            beyond=widths.beyond_px / geometry.stride,
        ),
        geometry.stride,
        maps_transform,
        geometry.image_size,
    )


def render_heatmaps(xy_map: Array, size: tuple[int, int], sigma: float) -> FloatArray:
    """
    Render one heatmap per part: Eq. 7 for each person and their maximum, Eq. 8.

    :param xy_map: Keypoints in map cells, NaN where missing, ``(N, P, 2)``.
    :param size: Rows h and columns w of the maps.
    :param sigma: Sigma of Eq. 7 in map cells.
    :return: Shape ``(P, h, w)``, float32, in [0, 1].
    """
    rows, columns = np.arange(size[0]), np.arange(size[1])
    heatmaps = np.zeros((xy_map.shape[1], *size), np.float32)
    for person in xy_map:
        # The Gaussian of a distance is the product of those of its components.
        across = np.exp(-((columns - person[:, :1]) ** 2) / sigma**2)
        down = np.exp(-((rows - person[:, 1:]) ** 2) / sigma**2)
        single = down[:, :, None] * across[:, None, :]
        np.fmax(heatmaps, single, out=heatmaps, casting='same_kind')
    return heatmaps


def render_pafs(
    xy_map: Array,
    size: tuple[int, int],
    limb_pairs: Array,
    limb_width: float,
    *,
    beyond: float = 0.0,
) -> FloatArray:
    """
    Render the part affinity fields: Eq. 9 for each person and their mean, Eq. 10.

    :param xy_map: Keypoints in map cells, NaN where missing, ``(N, P, 2)``.
    :param size: Rows h and columns w of the maps.
    :param limb_pairs: First and second part of each limb, ``(L, 2)``.
    :param limb_width: Distance from the line, in map cells, that still counts as on the limb.
    :param beyond: Distance beyond the ends, in map cells, that still counts; 0 in Eq. 9.
    :return: Shape ``(L, 2, h, w)``, float32; vectors of length at most 1.
    """
    rows, columns = np.mgrid[: size[0], : size[1]]
    pafs = np.zeros((len(limb_pairs), 2, *size), np.float32)
    for limb, (part_from, part_to) in enumerate(limb_pairs):
        people_on = np.zeros(size, np.int64)
        for start, end in zip(xy_map[:, part_from], xy_map[:, part_to]):
            vector = end - start
            length = float(np.hypot(*vector))
            if not length > 0:  # also when a part is missing
                continue
            unit = vector / length
            x, y = columns - start[0], rows - start[1]
            along = unit[0] * x + unit[1] * y
            aside = np.abs(unit[0] * y - unit[1] * x)
            on_limb = (along >= -beyond) & (along <= length + beyond) & (aside <= limb_width)
            pafs[limb][:, on_limb] += unit[:, None]
            people_on += on_limb
        pafs[limb] /= np.maximum(people_on, 1)
    return pafs
