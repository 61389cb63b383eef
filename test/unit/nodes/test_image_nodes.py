# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which nodes the arguments of pose.launch.py ask for."""

from __future__ import annotations

import pytest

from openpose_ros.nodes.image_nodes import image_nodes

NOTHING = {
    'image': '/front/image', 'model': '', 'provider': '', 'face': 'false', 'hands': 'false',
    'feet': 'false', 'source': '', 'overlay': 'false', 'rviz': 'false', 'namespace': 'people',
    'autostart': 'true', 'use_sim_time': 'false',
}
EVERYTHING = {**NOTHING, 'source': 'a.mp4', 'face': 'true', 'overlay': 'true'}


def executables(**arguments: str) -> list[str]:
    return [node.executable for node in image_nodes({**NOTHING, **arguments})]


@pytest.mark.parametrize(
    ('arguments', 'expected'),
    [
        ({}, ['pose_node']),
        ({'hands': 'true'}, ['pose_node', 'face_hand_node']),
        ({'source': '0'}, ['pose_node', 'camera_node']),
        ({'overlay': 'true'}, ['pose_node', 'visualization_node']),
        ({'rviz': 'true'}, ['pose_node', 'visualization_node']),
        (
            {'rviz': 'true', 'overlay': 'true', 'feet': 'true', 'source': 'a.mp4'},
            ['pose_node', 'face_hand_node', 'camera_node', 'visualization_node'],
        ),
    ],
)
def test_image_nodes_are_those_asked_for(arguments: dict[str, str], expected: list[str]) -> None:
    assert executables(**arguments) == expected


def test_image_nodes_share_the_topic_and_only_pose_node_gets_the_model() -> None:
    given = {'model': 'm', 'provider': 'cuda', 'face': 'true', 'overlay': 'true'}
    pose, faces, drawing = image_nodes({**NOTHING, **given})
    assert pose.parameters == {'model.name': 'm', 'inference.providers': 'cuda'}
    assert faces.parameters == {
        'inference.providers': 'cuda', 'face_hand.face': True, 'face_hand.hands': False,
        'face_hand.feet': False,
    }
    assert drawing.parameters == {}
    for node in (pose, faces, drawing):
        assert node.remappings == {'image': '/front/image'}
        assert node.namespace == 'people'


def test_image_nodes_topic_is_from_the_root_as_documented() -> None:
    for image in ('front/image', '/front/image'):
        nodes = image_nodes({**EVERYTHING, 'image': image})
        assert {node.remappings['image'] for node in nodes} == {'/front/image'}
        assert [one.namespace for one in nodes if one.executable == 'camera_node'] == ['/front']


def test_image_nodes_recording_waits_for_those_that_always_take_images() -> None:
    *_, camera, _ = image_nodes(EVERYTHING)
    assert camera.namespace == '/front'
    assert camera.parameters['wait_for_subscribers'] == 2
    assert camera.parameters['wait_for_subscriber_sec'] == 30.0


def test_image_nodes_managed_are_not_started_and_recordings_wait_for_their_manager() -> None:
    pose, faces, camera, drawing = image_nodes({**EVERYTHING, 'autostart': 'false'})
    for node in (pose, faces, drawing):
        assert node.parameters['autostart'] is False
    # It has no lifecycle, and nobody knows when the manager will activate the others.
    assert 'autostart' not in camera.parameters
    assert camera.parameters['wait_for_subscriber_sec'] == 3600.0


def test_image_nodes_all_follow_the_simulated_clock() -> None:
    nodes = image_nodes({**EVERYTHING, 'use_sim_time': 'true'})
    assert [node.parameters['use_sim_time'] for node in nodes] == [True] * 4
