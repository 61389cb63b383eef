# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Numbers out of files, with errors that say what was found and what was expected."""

from __future__ import annotations

from collections.abc import Mapping
import math
from typing import Any

import numpy as np

from openpose_ros.types import Array


def number_of(entries: Mapping[str, Any], key: str) -> float:
    """
    Return a number.

    :param entries: Texts or numbers by key.
    :param key: Which of them.
    :raises ValueError: If it is missing or no finite number; names the key.
    """
    found = entries.get(key)
    try:
        # True would pass as 1.
        number = math.nan if isinstance(found, bool) else float(found)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"'{key}' is {found!r}, expected a number")
    return number


def numbers_of(entries: Mapping[str, Any], key: str, shape: tuple[int, ...] | None) -> Array:
    """
    Return an array of numbers.

    :param entries: Nested lists or arrays by key.
    :param key: Which of them.
    :param shape: Expected shape; ``None`` for any number in one row.
    :raises ValueError: If it is missing, of another shape or not of numbers; names the key.
    """
    found = entries.get(key)
    wanted = 'a list of numbers' if shape is None else f'{" x ".join(map(str, shape))} numbers'
    try:
        numbers = np.array(found, np.float64)
    except (TypeError, ValueError):
        numbers = np.array(math.nan)
    fits = numbers.ndim == 1 if shape is None else numbers.shape == shape
    if not fits or not np.isfinite(numbers).all():
        raise ValueError(f"'{key}' is {found!r}, expected {wanted}")
    return numbers


def image_size_of(width: float, height: float, where: str) -> tuple[int, int]:
    """
    Return an image size of whole pixels.

    :param width: Width in pixels.
    :param height: Height in pixels.
    :param where: Key for the message.
    :raises ValueError: If one is no whole number above 0; names the key.
    """
    if width != int(width) or height != int(height) or min(width, height) < 1:
        raise ValueError(f"'{where}' is {width:g} x {height:g}, expected whole pixels")
    return int(width), int(height)
