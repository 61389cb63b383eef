# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Models of lenses: from the normalised plane (z = 1) to the distorted one, and back.

A lens is valid as far as its radial curve rises: beyond it two directions would meet in one pixel,
so there everything is NaN. One lens object may hold the lenses of many cameras of one kind:
coefficients of shape ``(..., D)`` are broadcast against points ``(..., 2)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from openpose_ros.pose3d.lenses.fisheye_lens import FisheyeLens
from openpose_ros.pose3d.lenses.fisheye_lens import max_fisheye_angle
from openpose_ros.pose3d.lenses.polynomial_lens import max_polynomial_radius
from openpose_ros.pose3d.lenses.polynomial_lens import PolynomialLens
from openpose_ros.types import Array

Lens: TypeAlias = PolynomialLens | FisheyeLens

# Lengths the coefficients of each model may have.
DISTORTION_MODELS: dict[str, tuple[int, ...]] = {
    'none': (0,),
    'plumb_bob': (4, 5),
    'rational_polynomial': (8,),
    'equidistant': (4,),
}
_OTHER_NAMES = {'': 'none', 'fisheye': 'equidistant'}


def distortion_model(name: str) -> str:
    """
    Return our name of a model; others call ``equidistant`` fisheye, and none is often empty.

    :param name: Name as found in a file or message.
    :raises ValueError: If there is no such model; gives the choices.
    """
    model = _OTHER_NAMES.get(name, name)
    if model not in DISTORTION_MODELS:
        raise ValueError(
            f'distortion model is {name!r}, expected one of {", ".join(DISTORTION_MODELS)}'
        )
    return model


def lens_of(model: str, distortion: Sequence[float] | Array) -> Lens:
    """
    Return the lens of one camera.

    :param model: One of :data:`DISTORTION_MODELS`, or what others call it.
    :param distortion: Coefficients of the model, shape ``(D,)``.
    :raises ValueError: If the model is unknown or the number of coefficients wrong.
    """
    model = distortion_model(model)
    coefficients = np.asarray(distortion, np.float64)
    lengths = DISTORTION_MODELS[model]
    if coefficients.ndim != 1 or len(coefficients) not in lengths:
        raise ValueError(
            f'distortion has shape {coefficients.shape}, expected '
            f'{" or ".join(map(str, lengths))} coefficients for {model}'
        )
    if not np.isfinite(coefficients).all():
        raise ValueError(f'distortion is {coefficients.tolist()}, expected finite numbers')
    if model == 'equidistant':
        return FisheyeLens(coefficients, np.array(max_fisheye_angle(coefficients)))
    padded = np.zeros(8)
    padded[: len(coefficients)] = coefficients
    return PolynomialLens(padded, np.array(max_polynomial_radius(padded)))


def stack_lenses(lenses: Sequence[Lens]) -> Lens:
    """
    Return the lenses of C cameras as one, for points of shape ``(C, K, 2)``.

    :param lenses: At least one; all of one class.
    """
    coefficients = np.stack([lens.coefficients for lens in lenses])[:, None]
    polynomials = [lens for lens in lenses if isinstance(lens, PolynomialLens)]
    if polynomials:
        radii = np.stack([lens.max_radii for lens in polynomials])
        return PolynomialLens(coefficients, radii[:, None])
    angles = [lens.max_angles_rad for lens in lenses if isinstance(lens, FisheyeLens)]
    return FisheyeLens(coefficients, np.stack(angles)[:, None])
