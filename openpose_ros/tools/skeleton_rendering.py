# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Pictures of people in space: skeletons on a floor with their cameras, seen from two sides.

Needs matplotlib; draws into memory, without a display.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
import numpy as np

from openpose_ros.pose2d.drawing import limb_colours
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Array
from openpose_ros.types_3d import People3D

# Elevation and azimuth in degrees, relative to the direction in which the first camera looks.
VIEWPOINTS_DEG = ((18.0, 60.0), (18.0, 150.0))
_GRID_M = 0.5
_MARGIN_M = 0.4
_FRUSTUM_M = 0.45
_INK = '#444444'
_FLOOR_INK = '#c8c8c8'
_DPI = 150
_CANVAS_INCH = 10
_BORDER_PX = 8


def render_scene(
    people: People3D,
    cameras: Sequence[Camera],
    *,
    size_px: tuple[int, int] = (1400, 560),
    paths: Sequence[Array] = (),
) -> Array:
    """
    Draw people in space and their cameras, the world's z up, all axes in the same scale.

    Warm colours are a person's right, cold ones the left, as in overlays; the grid is the plane
    z = 0 in squares of half a metre.

    :param people: People of one instant.
    :param cameras: Cameras of the calibration.
    :param size_px: Width and height of the picture.
    :param paths: Lines on the floor, such as where people went: metres, NaN for a gap, ``(T, 2)``.
    :return: Pixels, ``(H, W, 3)`` uint8, BGR.
    """
    width = size_px[0] // len(VIEWPOINTS_DEG)
    views = [
        _fitted(_render_view(people, cameras, paths, viewpoint), (width, size_px[1]))
        for viewpoint in VIEWPOINTS_DEG
    ]
    return np.concatenate(views, axis=1)


def _render_view(
    people: People3D,
    cameras: Sequence[Camera],
    paths: Sequence[Array],
    viewpoint_deg: tuple[float, float],
) -> Array:
    figure = Figure(figsize=(_CANVAS_INCH, _CANVAS_INCH), dpi=_DPI)
    canvas = FigureCanvasAgg(figure)
    axes: Any = figure.add_axes((0, 0, 1, 1), projection='3d', computed_zorder=False)
    low, high = _bounds(people, cameras)
    elevation, azimuth = viewpoint_deg
    axes.view_init(elev=elevation, azim=_azimuth_of(cameras) + azimuth)
    axes.set_axis_off()
    for setter, start, end in zip((axes.set_xlim, axes.set_ylim, axes.set_zlim), low, high):
        setter(start, end)
    axes.set_box_aspect(high - low)
    _draw_floor(axes, low, high)
    for path in paths:
        axes.plot(path[:, 0], path[:, 1], 0.0, color=_INK, linewidth=1.0, linestyle=':')
    for camera in cameras:
        _draw_camera(axes, camera)
    _draw_skeletons(axes, people)
    canvas.draw()
    return cv2.cvtColor(np.asarray(canvas.buffer_rgba()), cv2.COLOR_RGBA2BGR)


def _fitted(image: Array, size_px: tuple[int, int]) -> Array:
    """Return the image without its white margins, in the middle of one of the size given."""
    rows, columns = ((image < 255).any(axis=(axis, 2)).nonzero()[0] for axis in (1, 0))
    image = image[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    scale = min((size - 2 * _BORDER_PX) / side for size, side in zip(size_px, image.shape[1::-1]))
    image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    result = np.full((size_px[1], size_px[0], 3), 255, np.uint8)
    top, left = ((size - side) // 2 for size, side in zip(size_px[::-1], image.shape[:2]))
    result[top:top + image.shape[0], left:left + image.shape[1]] = image
    return result


def _bounds(people: People3D, cameras: Sequence[Camera]) -> tuple[Array, Array]:
    points = [np.zeros((1, 3)), *(camera.position[None] for camera in cameras)]
    body = people.body.xyz.reshape(-1, 3)
    points.append(body[np.isfinite(body).all(axis=1)])
    everything = np.concatenate(points)
    low, high = everything.min(axis=0) - _MARGIN_M, everything.max(axis=0) + _MARGIN_M
    low[2] = min(0.0, low[2] + _MARGIN_M)
    return low, high


def _azimuth_of(cameras: Sequence[Camera]) -> float:
    """Return from where the first camera looks at the world, degrees around z."""
    if not cameras:
        return 0.0
    backwards = -cameras[0].cam_T_world[2, :3]
    return float(np.degrees(np.arctan2(backwards[1], backwards[0])))


def _draw_floor(axes: Any, low: Array, high: Array) -> None:
    start, end = np.floor(low / _GRID_M) * _GRID_M, np.ceil(high / _GRID_M) * _GRID_M
    style = {'color': _FLOOR_INK, 'linewidth': 1.0, 'zorder': 0}
    for x in np.arange(start[0], end[0] + _GRID_M / 2, _GRID_M):
        axes.plot((x, x), (start[1], end[1]), (0, 0), **style)
    for y in np.arange(start[1], end[1] + _GRID_M / 2, _GRID_M):
        axes.plot((start[0], end[0]), (y, y), (0, 0), **style)
    for axis, (name, colour) in enumerate((('x', '#c03030'), ('y', '#2f8f2f'), ('z', '#3050c0'))):
        tip = np.zeros(3)
        tip[axis] = _GRID_M
        axes.plot(*zip(np.zeros(3), tip), color=colour, linewidth=3.0, zorder=1)
        axes.text(*(1.15 * tip), name, color=colour, fontsize=15)


def _draw_camera(axes: Any, camera: Camera) -> None:
    width, height = camera.image_size
    corners = np.array([(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)], float)
    rays = camera.rays(corners)
    rays = np.where(np.isfinite(rays), rays, camera.world_T_cam[:3, 2])
    tips = camera.position + _FRUSTUM_M * rays
    for start, end in zip(tips, np.roll(tips, -1, axis=0)):
        axes.plot(*zip(camera.position, start), color=_INK, linewidth=1.4, zorder=2)
        axes.plot(*zip(start, end), color=_INK, linewidth=1.4, zorder=2)
    axes.text(*(camera.position + (0, 0, 0.12)), camera.name, color=_INK, fontsize=15)
    # where it stands
    foot = camera.position * (1, 1, 0)
    axes.plot(*zip(camera.position, foot), color=_FLOOR_INK, linewidth=1.4, zorder=1)


def _draw_skeletons(axes: Any, people: People3D) -> None:
    skeleton = get_skeleton(people.skeleton)
    colours = [tuple(value / 255 for value in bgr[::-1]) for bgr in limb_colours(skeleton)]
    for identity, xyz in zip(people.ids.tolist(), people.body.xyz):
        for (start, end), limb, colour in zip(skeleton.limb_pairs, skeleton.limbs, colours):
            ends = xyz[[start, end]]
            if limb.drawn and np.isfinite(ends).all():
                axes.plot(*ends.T, color=colour, linewidth=5.0, solid_capstyle='round', zorder=4)
        found = xyz[np.isfinite(xyz).all(axis=1)]
        axes.scatter(*found.T, color=_INK, s=10.0, zorder=5, depthshade=False)
        if len(found) and identity:
            top = found[found[:, 2].argmax()] + (0, 0, 0.15)
            axes.text(*top, str(identity), color=_INK, fontsize=20, ha='center', zorder=6)
