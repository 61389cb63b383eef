# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which nodes run for a rig, with what parameters: what multi_camera.launch.py starts."""

from __future__ import annotations

from collections.abc import Mapping

from openpose_ros.io.rig_file import Rig
from openpose_ros.io.rig_file import RigCamera
from openpose_ros.nodes.planned_node import clock_parameters
from openpose_ros.nodes.planned_node import managed_parameters
from openpose_ros.nodes.planned_node import path_of
from openpose_ros.nodes.planned_node import PlannedNode
from openpose_ros.nodes.triangulation_parameters import CAMERA_FIELD


def rig_nodes(rig: Rig, arguments: Mapping[str, str], now_sec: float) -> list[PlannedNode]:
    """
    Return the nodes of a rig: of each camera in the camera's namespace, of all together last.

    :param rig: The rig.
    :param arguments: What was given to the launch file. ``namespace`` is that of the results, from
        the root and below each camera's name; may be empty.
    :param now_sec: Now, seconds since 1970; recordings start ``start_delay_sec`` later together,
        so that they share their stamps.
    """
    results = arguments['namespace'].strip('/')
    started, clock = managed_parameters(arguments), clock_parameters(arguments)
    # Nobody here knows what /clock says; that of a simulation begins at 0.
    start = {'start_time_sec': float(arguments['start_delay_sec']) + (0.0 if clock else now_sec)}
    space = PlannedNode('triangulation_node', path_of(results), {
        'cameras': [camera.name for camera in rig.cameras],
        'calibration.file': str(rig.calibration),
        'keypoints_topic': path_of(CAMERA_FIELD, results, 'keypoints'),
        **started,
    })
    nodes = [
        node for camera in rig.cameras
        for node in (
            _pose_node(camera, results, rig.rate_hz, started),
            *([_camera_node(camera, {**start, **clock})] if camera.source else []),
        )
    ]
    return [*nodes, space]


def _pose_node(
    camera: RigCamera, namespace: str, rate_hz: float, started: Mapping[str, bool]
) -> PlannedNode:
    # Threads that spin while they wait would take the cores from the other cameras' networks.
    parameters: dict[str, float] = {'inference.spinning': False, **started}
    if rate_hz:  # without one in the rig file that of the parameter files counts
        parameters['input.rate_hz'] = rate_hz
    return PlannedNode(
        'pose_node', path_of(camera.name, namespace), parameters, {'image': camera.image}
    )


def _camera_node(camera: RigCamera, started: Mapping[str, float]) -> PlannedNode:
    parameters = {'source.uri': camera.source, 'frame_id': camera.name, **started}
    return PlannedNode('camera_node', path_of(camera.name), parameters, {'image': camera.image})
