# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which nodes run for the images of one topic: what pose.launch.py starts."""

from __future__ import annotations

from collections.abc import Mapping

from openpose_ros.nodes.planned_node import PlannedNode

PARTS = ('face', 'hands', 'feet')
VIEWS = ('overlay', 'rviz')

_TRUE = 'true'
# A recording waits so long for those that take its images to load their networks.
_PATIENCE_SEC = 30.0


def image_nodes(arguments: Mapping[str, str]) -> list[PlannedNode]:
    """
    Return the nodes, in the order in which they are started.

    :param arguments: What was given to the launch file; empty texts and ``false`` mean nothing.
    """
    space, images = arguments['namespace'], {'image': arguments['image']}
    model = _given(arguments, 'model', 'model.name')
    provider = _given(arguments, 'provider', 'inference.providers')
    nodes = [PlannedNode('pose_node', space, {**model, **provider}, images)]
    parts = {f'face_hand.{part}': arguments[part] == _TRUE for part in PARTS}
    if any(parts.values()):
        nodes.append(PlannedNode('face_hand_node', space, {**provider, **parts}, images))
    if arguments['source']:
        camera = {
            'source.uri': arguments['source'],
            'wait_for_subscriber_sec': _PATIENCE_SEC,
            'wait_for_subscribers': len(nodes),
        }
        camera_space = arguments['image'].rpartition('/')[0] or '/'
        nodes.append(PlannedNode('camera_node', camera_space, camera, images))
    # No recording waits for it: it takes no images before somebody looks.
    if any(arguments[view] == _TRUE for view in VIEWS):
        nodes.append(PlannedNode('visualization_node', space, {}, images))
    return nodes


def _given(arguments: Mapping[str, str], name: str, parameter: str) -> dict[str, str]:
    return {parameter: arguments[name]} if arguments[name] else {}
