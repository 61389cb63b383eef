# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is said of a calibration: a table, warnings, figures and a picture per camera."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from rich.table import Table

from openpose_ros.pose3d.calibration.rig_calibration import RigCalibration
from openpose_ros.pose3d.calibration.rig_solver import CornerErrors
from openpose_ros.types import Array

_FEW_VIEWS = 10
_LITTLE_COVERAGE = 0.5
_GRID = (8, 6)
# Length of the arrow of the 90th percentile of the errors, in parts of the image's diagonal.
_ARROW = 0.02
# Longer lines would only hide the others, in lengths of that arrow.
_LONGEST = 4.0
# Blue, green, red: what is good, what is not.
_GOOD, _BAD, _TEXT = (90, 200, 60), (40, 40, 240), (255, 255, 255)


def errors_of(rig: RigCalibration, name: str) -> CornerErrors:
    """
    Return the errors of a camera with the others, or alone if there are no others.

    :param rig: The calibration.
    :param name: Name of the camera.
    """
    return rig.rig_errors.get(name) or rig.intrinsic_errors[name]


def coverage(errors: CornerErrors, image_size: tuple[int, int]) -> float:
    """
    Return the part of the image, in cells of a grid, in which corners were seen.

    :param errors: Corners of one camera.
    :param image_size: Width and height in pixels.
    """
    cells = np.floor(errors.xy_image / image_size * _GRID).astype(int)
    cells = np.clip(cells, 0, np.array(_GRID) - 1)
    return len(np.unique(cells, axis=0)) / (_GRID[0] * _GRID[1])


def report_of(rig: RigCalibration) -> dict[str, Any]:
    """
    Return the figures as :func:`json.dumps` takes them.

    :param rig: The calibration.
    """
    return {
        'cameras': {name: _camera_figures(rig, name) for name in rig.cameras},
        'pairs': [
            {
                'cameras': list(pair),
                'common_views': rig.common_views.get(pair, 0),
                'baseline_m': baseline,
            }
            for pair, baseline in baselines(rig).items()
        ],
        'warnings': warnings_of(rig),
    }


def baselines(rig: RigCalibration) -> dict[tuple[str, str], float]:
    """
    Return the distances between the cameras in metres, by pair.

    :param rig: The calibration.
    """
    names = list(rig.cameras)
    return {
        (a, b): float(np.linalg.norm(rig.cameras[a].position - rig.cameras[b].position))
        for row, a in enumerate(names)
        for b in names[row + 1 :]
    }


def warnings_of(rig: RigCalibration) -> list[str]:
    """
    Return what should be mended before the calibration is used.

    :param rig: The calibration.
    """
    found = []
    for name, camera in rig.cameras.items():
        own = rig.intrinsic_errors.get(name)
        if own is not None and own.views < _FEW_VIEWS:
            found.append(
                f'{name}: {own.views} views for the intrinsics, {_FEW_VIEWS} and more are better'
            )
        if own is not None and coverage(own, camera.image_size) < _LITTLE_COVERAGE:
            part = round(100 * coverage(own, camera.image_size))
            found.append(
                f'{name}: corners in {part} % of the image, show the board near its borders too'
            )
        width, height = camera.image_size
        corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], float) - 0.5
        if not np.isfinite(camera.normalize(corners)).all():
            found.append(f'{name}: the lens is not valid in the corners of the image')
        errors = errors_of(rig, name)
        if errors.left_out:
            found.append(f'{name}: {errors.left_out} views did not fit and were left out')
    return found


def table_of(rig: RigCalibration) -> Table:
    """
    Return the figures of the cameras as a table.

    :param rig: The calibration.
    """
    table = Table('camera', 'views', 'focal length px', 'rms px', 'median', 'max', 'covered')
    for name, camera in rig.cameras.items():
        errors = errors_of(rig, name)
        figures = _error_figures(errors)
        matrix = camera.camera_matrix
        table.add_row(
            name,
            str(errors.views),
            f'{matrix[0, 0]:.1f} {matrix[1, 1]:.1f}',
            *(f'{figures[key]:.3f}' for key in ('rms_px', 'median_px', 'max_px')),
            f'{100 * coverage(errors, camera.image_size):.0f} %',
        )
    return table


def error_picture(name: str, errors: CornerErrors, background: Array) -> Array:
    """
    Return a picture of where corners were seen and how far they are off, enlarged.

    :param name: Name of the camera.
    :param errors: Its corners.
    :param background: Image of the camera, grey, shape ``(H, W)``, uint8.
    :return: Shape ``(H, W, 3)``, uint8, blue green red.
    """
    picture = cv2.cvtColor((background * 0.45).astype(np.uint8), cv2.COLOR_GRAY2BGR)
    diagonal = float(np.hypot(*background.shape))
    distances = errors.distances()
    usual = float(np.percentile(distances, 90))
    enlarged = _ARROW * diagonal / max(usual, 1e-6)
    width = max(1, round(diagonal / 1000))
    figures = _error_figures(errors)
    lines = [
        f'{name}: {errors.views} views, {len(distances)} corners',
        f'rms {figures["rms_px"]:.2f} px, median {figures["median_px"]:.2f}, '
        f'max {figures["max_px"]:.2f}',
        f'lines: errors x {enlarged:.0f}',
    ]
    _darken_under(picture, lines)
    # The longest ones last, so that they are not covered.
    for row in np.argsort(distances):
        start = errors.xy_image[row]
        share = min(float(distances[row]) / (2 * max(usual, 1e-6)), 1.0)
        colour = tuple(int((1 - share) * g + share * b) for g, b in zip(_GOOD, _BAD))
        shown = min(1.0, _LONGEST * usual / max(float(distances[row]), 1e-6))
        end = start + shown * enlarged * errors.residuals[row]
        cv2.circle(picture, _pixel(start), width + 1, colour, -1, cv2.LINE_AA)
        cv2.line(picture, _pixel(start), _pixel(end), colour, width, cv2.LINE_AA)
    _write(picture, lines)
    return picture


def _camera_figures(rig: RigCalibration, name: str) -> dict[str, Any]:
    camera = rig.cameras[name]
    own = rig.intrinsic_errors.get(name)
    errors = errors_of(rig, name)
    return {
        'image_size': list(camera.image_size),
        'focal_length_px': [camera.camera_matrix[0, 0], camera.camera_matrix[1, 1]],
        'position_m': camera.position.tolist(),
        'alone': _error_figures(own) if own is not None else None,
        'together': _error_figures(errors),
        'coverage': coverage(errors, camera.image_size),
    }


def _error_figures(errors: CornerErrors) -> Mapping[str, float]:
    distances = errors.distances()
    return {
        'views': errors.views,
        'views_left_out': errors.left_out,
        'corners': len(distances),
        'rms_px': float(np.sqrt(np.mean(distances**2))),
        'median_px': float(np.median(distances)),
        'max_px': float(distances.max()),
    }


def _pixel(xy: Array) -> tuple[int, int]:
    return round(float(xy[0])), round(float(xy[1]))


def _layout(picture: Array, lines: list[str]) -> tuple[float, int, int, int]:
    """Return size and thickness of letters, the step of lines and the width of them all."""
    scale = max(0.4, picture.shape[1] / 1100)
    thickness = max(1, round(1.5 * scale))
    sizes = [
        cv2.getTextSize(line, cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)[0] for line in lines
    ]
    step = round(1.7 * max(height for _, height in sizes))
    return scale, thickness, step, max(width for width, _ in sizes) + step


def _darken_under(picture: Array, lines: list[str]) -> None:
    _, _, step, right = _layout(picture, lines)
    picture[: step * len(lines) + step // 2, :right] //= 4


def _write(picture: Array, lines: list[str]) -> None:
    """Write lines into the top-left corner, as large as the picture allows."""
    scale, thickness, step, _ = _layout(picture, lines)
    for number, line in enumerate(lines, 1):
        cv2.putText(
            picture, line, (step // 2, step * number), cv2.FONT_HERSHEY_SIMPLEX, scale, _TEXT,
            thickness, cv2.LINE_AA,
        )  # fmt: skip
