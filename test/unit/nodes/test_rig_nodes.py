# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from openpose_ros.io.rig_file import Rig
from openpose_ros.io.rig_file import RigCamera
from openpose_ros.nodes.rig_nodes import rig_nodes

RIG = Rig(
    (
        RigCamera('left', '/left/image_raw', ''),
        RigCamera('right', '/right/image', 'right.mp4'),
    ),
    Path('/rig/cameras.yaml'),
    10.0,
)
ARGUMENTS = {
    'namespace': 'people', 'start_delay_sec': '5.0', 'autostart': 'true', 'use_sim_time': 'false',
}
NOW_SEC = 1e9


def test_rig_nodes_each_camera_has_a_pose_node_and_those_with_a_source_a_camera_node() -> None:
    nodes = rig_nodes(RIG, ARGUMENTS, NOW_SEC)
    assert [(node.executable, node.namespace) for node in nodes] == [
        ('pose_node', '/left/people'),
        ('pose_node', '/right/people'),
        ('camera_node', '/right'),
        ('triangulation_node', '/people'),
    ]


def test_rig_nodes_cameras_share_the_slots_and_recordings_the_start() -> None:
    left, right, camera, _ = rig_nodes(RIG, ARGUMENTS, NOW_SEC)
    for pose in (left, right):
        assert pose.parameters == {'input.rate_hz': 10.0, 'inference.spinning': False}
    assert camera.parameters == {
        'source.uri': 'right.mp4', 'frame_id': 'right', 'start_time_sec': NOW_SEC + 5.0,
    }
    assert right.remappings == camera.remappings == {'image': '/right/image'}


def test_rig_nodes_without_a_rate_leave_it_to_the_parameter_files() -> None:
    left, *_ = rig_nodes(replace(RIG, rate_hz=0.0), ARGUMENTS, NOW_SEC)
    assert left.parameters == {'inference.spinning': False}


def test_rig_nodes_managed_are_not_started() -> None:
    left, right, camera, space = rig_nodes(RIG, {**ARGUMENTS, 'autostart': 'false'}, NOW_SEC)
    for node in (left, right, space):
        assert node.parameters['autostart'] is False
    assert 'autostart' not in camera.parameters


def test_rig_nodes_with_the_simulated_clock_start_recordings_by_it() -> None:
    nodes = rig_nodes(RIG, {**ARGUMENTS, 'use_sim_time': 'true'}, NOW_SEC)
    assert [node.parameters['use_sim_time'] for node in nodes] == [True] * 4
    assert nodes[2].parameters['start_time_sec'] == 5.0


@pytest.mark.parametrize(
    ('namespace', 'of_all', 'of_left'),
    [
        ('a', '/a', '/left/a'), ('/a', '/a', '/left/a'), ('a/b/', '/a/b', '/left/a/b'),
        ('', '/', '/left'), ('/', '/', '/left'),
    ],
)  # fmt: skip
def test_rig_nodes_triangulation_hears_what_the_pose_nodes_say(
    namespace: str, of_all: str, of_left: str
) -> None:
    nodes = rig_nodes(RIG, {**ARGUMENTS, 'namespace': namespace}, NOW_SEC)
    space = nodes[-1].parameters
    assert (nodes[-1].namespace, nodes[0].namespace) == (of_all, of_left)
    assert space['cameras'] == ['left', 'right']
    assert space['calibration.file'] == '/rig/cameras.yaml'
    heard = [space['keypoints_topic'].format(camera=name) for name in space['cameras']]
    poses = [node for node in nodes if node.executable == 'pose_node']
    assert heard == [f'{node.namespace}/keypoints' for node in poses]
