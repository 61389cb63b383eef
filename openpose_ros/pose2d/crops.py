# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Regions to crops: turned squares of an image, resized to what a network reads."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from openpose_ros.networks.metadata import InputFormat
from openpose_ros.pose2d.body_parts import Float64Array
from openpose_ros.pose2d.preprocess import check_image
from openpose_ros.region_types import Regions
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import require_shape


@dataclass(frozen=True, eq=False)
class CropTransform:
    """
    Similarity, one per region, between the pixels of its crop and the source image.

    Sizes scale around pixel corners, while coordinates name pixel centres, as in
    :class:`openpose_ros.types.ImageTransform`.

    :param regions: The R squares shown.
    :param crop_size_px: Side of each crop in pixels.
    :param mirrored: Whether left and right are exchanged in the crop, shape ``(R,)``, bool.
    """

    regions: Regions
    crop_size_px: int
    mirrored: Array

    def __post_init__(self) -> None:
        """Check size and length; ValueError if they are wrong."""
        require_shape('mirrored', self.mirrored, (len(self.regions),))
        if self.crop_size_px < 1:
            raise ValueError(f'crop_size_px is {self.crop_size_px}, expected at least 1')

    @classmethod
    def plain(cls, regions: Regions, crop_size_px: int) -> CropTransform:
        """
        Return the transform without any mirroring.

        :param regions: The R squares shown.
        :param crop_size_px: Side of each crop in pixels.
        """
        return cls(regions, crop_size_px, np.zeros(len(regions), bool))

    def take(self, rows: slice) -> CropTransform:
        """
        Return the transform of some of the regions.

        :param rows: Consecutive regions.
        """
        return CropTransform(self.regions.take(rows), self.crop_size_px, self.mirrored[rows])

    def to_image(self, xy_crop: Array) -> FloatArray:
        """
        Map coordinates in the crops to the source image.

        :param xy_crop: Pixels of each region's crop, shape ``(R, K, 2)``.
        :return: Pixels of the source image, same shape.
        """
        image_A_crop = self.matrices()
        turned = np.einsum('rij,rkj->rki', image_A_crop[:, :, :2], xy_crop)
        xy_image: FloatArray = (turned + image_A_crop[:, None, :, 2]).astype(np.float32)
        return xy_image

    def from_image(self, xy_image: Array) -> FloatArray:
        """
        Map source image coordinates to the crops; undoes :meth:`to_image`.

        :param xy_image: Pixels of the source image, shape ``(R, K, 2)``.
        :return: Pixels of each region's crop, same shape.
        """
        image_A_crop = self.matrices()
        shifted = xy_image - image_A_crop[:, None, :, 2]
        crop_A_image = np.linalg.inv(image_A_crop[:, :, :2])
        xy_crop: FloatArray = np.einsum('rij,rkj->rki', crop_A_image, shifted).astype(np.float32)
        return xy_crop

    def matrices(self) -> Float64Array:
        """Return the maps from crop to image as matrices ``[A | b]``, shape ``(R, 2, 3)``."""
        regions = self.regions
        scales = regions.sizes_px.astype(float) / self.crop_size_px
        cos, sin = np.cos(regions.angles_rad, dtype=float), np.sin(regions.angles_rad, dtype=float)
        flip = np.where(self.mirrored, -1.0, 1.0)
        right = np.stack((cos, sin), axis=1) * (scales * flip)[:, None]
        down = np.stack((-sin, cos), axis=1) * scales[:, None]
        middle = 0.5 * (self.crop_size_px - 1)
        origin = regions.xy_image - middle * (right + down)
        return np.stack((right, down, origin), axis=2)


def extract_crops(image: Array, transform: CropTransform, crop_input: InputFormat) -> FloatArray:
    """
    Cut the crops out of an image.

    :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
    :param transform: The R squares and the side S of the crops.
    :param crop_input: Colour order, layout and normalisation that the network wants.
    :return: ``pixel * scale - mean``, ``(R, 3, S, S)`` or ``(R, S, S, 3)``, float32; outside of
        the image the pixels are black.
    :raises ValueError: If the array is not an image.
    """
    check_image(image)
    size = transform.crop_size_px
    pixels = np.zeros((len(transform.regions), size, size, 3), np.uint8)
    for matrix, crop in zip(transform.matrices(), pixels):
        _warp(image, matrix, crop)
    if crop_input.colour == 'rgb':
        pixels = pixels[..., ::-1]
    if crop_input.layout == 'nchw':
        pixels = pixels.transpose(0, 3, 1, 2)
    mean = np.array(crop_input.mean, np.float32)
    crops: FloatArray = np.multiply(
        pixels, np.float32(crop_input.scale), order='C', dtype=np.float32
    )
    if mean.any():
        crops -= mean.reshape(-1, 1, 1) if crop_input.layout == 'nchw' else mean
    return crops


def _warp(image: Array, image_A_crop: Float64Array, crop: Array) -> None:
    """Fill a crop ``(S, S, 3)`` with what the image shows there, without aliasing."""
    size = len(crop)
    source, image_A_source = _source(image, image_A_crop, size)
    if source.size == 0:
        return
    factor, left, top = image_A_source
    source_A_crop = image_A_crop.copy()
    source_A_crop[:, 2] -= (left + 0.5 * (factor - 1), top + 0.5 * (factor - 1))
    source_A_crop /= factor
    cv2.warpAffine(
        source,
        source_A_crop,
        (size, size),
        dst=crop,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
    )


def _source(
    image: Array, image_A_crop: Float64Array, size: int
) -> tuple[Array, tuple[int, int, int]]:
    """
    Return the part of the image that the crop shows, halved until bilinear reading suffices.

    :return: The part, and its factor of reduction, left column and top row in the image.
    """
    scale = float(np.hypot(*image_A_crop[:, 0]))
    factor = 1
    while scale >= 2 * factor and factor < max(image.shape):
        factor *= 2
    ends = np.array([[-1, -1, 1], [size, -1, 1], [-1, size, 1], [size, size, 1]])
    corners = ends @ image_A_crop.T
    # Pixels at the edge are read together with their neighbours.
    low = np.maximum(np.floor(corners.min(axis=0)) - factor, 0)
    high = np.minimum(np.ceil(corners.max(axis=0)) + factor + 1, image.shape[1::-1])
    (left, top), (right, bottom) = low.astype(int), np.maximum(low, high).astype(int)
    source = image[top:bottom, left:right]
    if source.size and factor > 1:
        source = _reduced(source, factor)
    return source, (factor, int(left), int(top))


def _reduced(source: Array, factor: int) -> Array:
    """Return the means of blocks of pixels; beyond the last row and column it is black."""
    below, beside = (-length % factor for length in source.shape[:2])
    if below or beside:
        source = cv2.copyMakeBorder(source, 0, below, 0, beside, cv2.BORDER_CONSTANT)
    size = (source.shape[1] // factor, source.shape[0] // factor)
    reduced: Array = cv2.resize(source, size, interpolation=cv2.INTER_AREA)
    return reduced
