# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which nodes run for a rig, with what parameters: what multi_camera.launch.py starts."""

from __future__ import annotations

from openpose_ros.io.rig_file import Rig
from openpose_ros.io.rig_file import RigCamera
from openpose_ros.nodes.planned_node import PlannedNode
from openpose_ros.nodes.triangulation_parameters import CAMERA_FIELD


def rig_nodes(rig: Rig, namespace: str, start_time_sec: float) -> list[PlannedNode]:
    """
    Return the nodes of a rig: of each camera in the camera's namespace, of all together last.

    :param rig: The rig.
    :param namespace: Of the results, from the root and below each camera's name; may be empty.
    :param start_time_sec: When recordings start, so that they share their stamps.
    """
    results = namespace.strip('/')
    space = PlannedNode('triangulation_node', _path(results), {
        'cameras': [camera.name for camera in rig.cameras],
        'calibration.file': str(rig.calibration),
        'keypoints_topic': _path(CAMERA_FIELD, results, 'keypoints'),
    })
    nodes = [
        node for camera in rig.cameras
        for node in (
            _pose_node(camera, results, rig.rate_hz),
            *([_camera_node(camera, start_time_sec)] if camera.source else []),
        )
    ]
    return [*nodes, space]


def _pose_node(camera: RigCamera, namespace: str, rate_hz: float) -> PlannedNode:
    # Threads that spin while they wait would take the cores from the other cameras' networks.
    parameters: dict[str, float] = {'inference.spinning': False}
    if rate_hz:  # without one in the rig file that of the parameter files counts
        parameters['input.rate_hz'] = rate_hz
    return PlannedNode(
        'pose_node', _path(camera.name, namespace), parameters, {'image': camera.image}
    )


def _camera_node(camera: RigCamera, start_time_sec: float) -> PlannedNode:
    parameters = {
        'source.uri': camera.source,
        'frame_id': camera.name,
        'start_time_sec': start_time_sec,
    }
    return PlannedNode('camera_node', _path(camera.name), parameters, {'image': camera.image})


def _path(*parts: str) -> str:
    """Return a name from the root; empty parts are left out."""
    return '/' + '/'.join(part for part in parts if part)
