# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which nodes run for the images of one topic: what pose.launch.py starts."""

from __future__ import annotations

from collections.abc import Mapping

from openpose_ros.nodes.planned_node import clock_parameters
from openpose_ros.nodes.planned_node import FALSE
from openpose_ros.nodes.planned_node import managed_parameters
from openpose_ros.nodes.planned_node import path_of
from openpose_ros.nodes.planned_node import PlannedNode
from openpose_ros.nodes.planned_node import TRUE

PARTS = ('face', 'hands', 'feet')
VIEWS = ('overlay', 'rviz')

# A recording waits so long for those that take its images to load their networks, or for a
# lifecycle manager to activate them.
_PATIENCE_SEC = 30.0
_MANAGED_PATIENCE_SEC = 3600.0


def image_nodes(arguments: Mapping[str, str]) -> list[PlannedNode]:
    """
    Return the nodes, in the order in which they are started.

    :param arguments: What was given to the launch file; empty texts mean nothing.
    """
    image = path_of(arguments['image'])
    space, images = arguments['namespace'], {'image': image}
    model = _given(arguments, 'model', 'model.name')
    provider = _given(arguments, 'provider', 'inference.providers')
    started = managed_parameters(arguments)
    nodes = [PlannedNode('pose_node', space, {**model, **provider, **started}, images)]
    parts = {f'face_hand.{part}': arguments[part] == TRUE for part in PARTS}
    if any(parts.values()):
        face_hand = {**provider, **parts, **started}
        nodes.append(PlannedNode('face_hand_node', space, face_hand, images))
    if arguments['source']:
        camera_space = image.rpartition('/')[0] or '/'
        camera = _camera_parameters(arguments, takers=len(nodes))
        nodes.append(PlannedNode('camera_node', camera_space, camera, images))
    # No recording waits for it: it takes no images before somebody looks.
    if any(arguments[view] == TRUE for view in VIEWS):
        nodes.append(PlannedNode('visualization_node', space, started, images))
    return nodes


def _camera_parameters(arguments: Mapping[str, str], *, takers: int) -> dict[str, str | float]:
    is_managed = arguments['autostart'] == FALSE
    return {
        'source.uri': arguments['source'],
        'wait_for_subscriber_sec': _MANAGED_PATIENCE_SEC if is_managed else _PATIENCE_SEC,
        'wait_for_subscribers': takers,
        **clock_parameters(arguments),
    }


def _given(arguments: Mapping[str, str], name: str, parameter: str) -> dict[str, str]:
    return {parameter: arguments[name]} if arguments[name] else {}
