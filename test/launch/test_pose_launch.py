# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""pose.launch.py: what it starts for which arguments, and the real processes on a real photo."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
import os
from pathlib import Path
from typing import Any

import cv2
from launch_session import dotted
from launch_session import execute
from launch_session import Launch
import numpy as np
import pytest
from rcl_interfaces.srv import GetParameters
from rclpy.parameter import parameter_value_to_python
from ros_peers import Peer
import yaml

from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.poses import skeletons_from_msg
from openpose_ros.msg import PoseArray
from openpose_ros.msg import SkeletonArray
from openpose_ros.networks.loading import load_model
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.qos import result_qos
from openpose_ros.nodes.run_all_arguments import ChosenNode
from openpose_ros.nodes.run_all_arguments import split_command_line
from openpose_ros.pose2d.estimator import PoseEstimator

PHOTO = Path(__file__).parents[1] / 'data' / 'park.jpg'
OLD = 'FASTRTPS_DEFAULT_PROFILES_FILE'
NEW = 'FASTDDS_DEFAULT_PROFILES_FILE'
TRANSPORTS = 'FASTDDS_BUILTIN_TRANSPORTS'

LaunchFile = Callable[..., Launch]


def file_parameters(path: Path) -> dict[str, Any]:
    """Return the parameters of a file for one node, by dotted name."""
    (section,) = yaml.safe_load(path.read_text()).values()
    return dict(dotted(section['ros__parameters']))


@pytest.fixture
def launch(share: Path, tmp_path: Path) -> LaunchFile:
    """Execute the installed launch file with arguments, in a given environment."""

    def launch_with(environment: dict[str, str] | None = None, **arguments: str) -> Launch:
        folder = tmp_path / f'parameters_{len(list(tmp_path.iterdir()))}'
        folder.mkdir()
        path = share / 'launch' / 'pose.launch.py'
        return execute(path, folder, environment or {}, **arguments)

    return launch_with


def test_launch_file_is_short(share: Path) -> None:
    assert len((share / 'launch' / 'pose.launch.py').read_text().splitlines()) <= 60


def test_launch_arguments_and_their_defaults(launch: LaunchFile) -> None:
    assert launch().arguments == {
        'image': '/camera/image_raw',
        'model': '',
        'provider': '',
        'face': 'false',
        'hands': 'false',
        'feet': 'false',
        'source': '',
        'overlay': 'false',
        'namespace': 'people',
        'rviz': 'false',
        'autostart': 'true',
        'use_sim_time': 'false',
        'single_process': 'false',
        'respawn': 'false',
        'params_file': '',
        'log_level': 'info',
    }


def test_launch_without_source_starts_pose_node_alone(launch: LaunchFile, share: Path) -> None:
    (pose,) = launch().processes
    assert pose.command == [
        str(share.parents[1] / 'lib' / 'openpose_ros' / 'pose_node'),
        '--ros-args', '--log-level', 'info',
        '--ros-args', '-r', '__node:=pose_node', '-r', '__ns:=/people',
        '--params-file', str(share / 'config' / 'pose_node.yaml'),
        '-r', 'image:=/camera/image_raw',
    ]  # fmt: skip


@pytest.mark.parametrize('given', [('face',), ('hands', 'feet'), ('face', 'hands', 'feet')])
def test_launch_face_hands_and_feet_start_face_hand_node(
    launch: LaunchFile, given: tuple[str, ...]
) -> None:
    switches = dict.fromkeys(given, 'true')
    pose, faces = launch(**switches, provider='cpu', image='/front', namespace='a').processes
    assert pose.executable == 'pose_node'
    assert faces.executable == 'face_hand_node'
    assert faces.values_of('-r') == ['__node:=face_hand_node', '__ns:=/a', 'image:=/front']
    values = faces.parameters()
    assert values['inference.providers'] == 'cpu'
    assert {part: values[f'face_hand.{part}'] for part in ('face', 'hands', 'feet')} == {
        part: part in given for part in ('face', 'hands', 'feet')
    }


def test_launch_overlay_starts_visualization_node_behind_the_others(launch: LaunchFile) -> None:
    pose, camera, drawing = launch(overlay='true', source='0', namespace='a/b').processes
    assert [pose.executable, camera.executable] == ['pose_node', 'camera_node']
    assert drawing.values_of('-r') == [
        '__node:=visualization_node', '__ns:=/a/b', 'image:=/camera/image_raw',
    ]
    assert camera.parameters()['wait_for_subscribers'] == 1, 'it takes nothing by itself'
    assert drawing.parameters()['annotations.enabled'] is False


@pytest.mark.parametrize(('namespace', 'prefix'), [('/a/b', '/a/b'), ('people', '/people')])
def test_launch_rviz_shows_the_topics_of_the_namespace(
    launch: LaunchFile, share: Path, rviz_installed: None, namespace: str, prefix: str
) -> None:
    _, drawing, rviz = launch(rviz='true', namespace=namespace).processes
    assert drawing.executable == 'visualization_node'
    view = share / 'config' / 'rviz' / 'openpose.rviz'
    assert rviz.values_of('-d') == [str(view)]
    topics = ['overlay', 'image_markers']
    assert rviz.values_of('-r') == [f'/people/{one}:={prefix}/{one}' for one in topics]
    assert all(f'/people/{one}' in view.read_text() for one in topics)
    assert rviz.parameters() == {'use_sim_time': False}


def test_launch_use_sim_time_reaches_all_nodes(launch: LaunchFile, rviz_installed: None) -> None:
    given = {'face': 'true', 'source': '0', 'rviz': 'true'}
    plain = launch(**given).processes
    assert not any(process.parameters().get('use_sim_time') for process in plain)
    processes = launch(**given, use_sim_time='true').processes
    assert [process.executable for process in processes] == [
        'pose_node', 'face_hand_node', 'camera_node', 'visualization_node', 'rviz2',
    ]
    assert all(process.parameters()['use_sim_time'] is True for process in processes)


def test_launch_autostart_false_leaves_the_lifecycle_to_a_manager(
    launch: LaunchFile, tmp_path: Path
) -> None:
    path = tmp_path / 'own.yaml'
    path.write_text('/**:\n  ros__parameters:\n    autostart: true\n')
    given = {'face': 'true', 'source': '0', 'overlay': 'true', 'params_file': str(path)}
    pose, faces, camera, drawing = launch(**given, autostart='false').processes
    assert all(not one.parameters()['autostart'] for one in (pose, faces, drawing))
    assert 'wait_for_subscriber_sec' in camera.parameters()
    # Not given, that of the parameter files counts.
    path.write_text('/**:\n  ros__parameters:\n    autostart: false\n')
    assert launch(**given).processes[0].parameters()['autostart'] is False


def test_launch_each_node_has_its_own_parameter_file(launch: LaunchFile, share: Path) -> None:
    processes = launch(face='true', source='0', overlay='true').processes
    assert len(processes) == 4
    for process in processes:
        path = share / 'config' / f'{process.executable}.yaml'
        assert process.values_of('--params-file')[0] == str(path)
        names = file_parameters(path)
        assert names and names.keys() <= process.parameters().keys()


def test_launch_params_file_goes_over_those_of_all_nodes(
    launch: LaunchFile, share: Path, tmp_path: Path
) -> None:
    path = tmp_path / 'own.yaml'
    path.write_text(
        '/**:\n  ros__parameters:\n    inference.threads: 1\n'
        '/**/face_hand_node:\n  ros__parameters:\n'
        '    face_hand: {max_people: 3, hands: true, feet: true}\n'
    )
    pose, faces = launch(hands='true', params_file=str(path)).processes
    for process in (pose, faces):
        assert process.values_of('--params-file')[1] == str(path)
        assert process.parameters()['inference.threads'] == 1
    values = faces.parameters()
    assert values['face_hand.max_people'] == 3
    # the command line goes over the file
    assert (values['face_hand.hands'], values['face_hand.feet']) == (True, False)
    # and what none of them names is as in config/
    assert values['landmarks.max_batch'] == 16
    assert pose.parameters()['model.name'] == 'body_mobilenet_thin'


@pytest.mark.parametrize('single_process', ['false', 'true'])
def test_launch_respawn_starts_again_what_has_ended(
    launch: LaunchFile, rviz_installed: None, single_process: str
) -> None:
    given = {'source': '0', 'rviz': 'true', 'single_process': single_process}
    assert {one.respawn_delay_sec for one in launch(**given).processes} == {None}
    *ours, rviz = launch(**given, respawn='true').processes
    assert {one.respawn_delay_sec for one in ours} == {2.0}
    assert rviz.respawn_delay_sec is None, 'who closes its window wants it closed'


@pytest.mark.parametrize('single_process', ['false', 'true'])
@pytest.mark.parametrize(
    ('namespace', 'expected'), [('people', '/robot1/people'), ('/people', '/people')]
)
def test_launch_follows_a_pushed_namespace(
    launch: LaunchFile, rviz_installed: None, single_process: str, namespace: str, expected: str
) -> None:
    pose, *_, rviz = launch(
        ros_namespace='/robot1', namespace=namespace, rviz='true', single_process=single_process
    ).processes
    assert f'__ns:={expected}' in pose.command
    assert rviz.values_of('-r')[0] == f'/people/overlay:={expected}/overlay'


@pytest.mark.parametrize(
    'name', ['face', 'respawn', 'autostart', 'use_sim_time', 'single_process']
)
def test_launch_switch_that_is_neither_true_nor_false_is_refused(
    launch: LaunchFile, name: str
) -> None:
    with pytest.raises(RuntimeError, match=name):
        launch(**{name: 'yes'})


def test_launch_source_starts_a_camera_on_the_topic_of_pose_node(
    launch: LaunchFile, tmp_path: Path
) -> None:
    pose, camera = launch(source='0', image='/front/image', namespace='a/b').processes
    assert [process.executable for process in (pose, camera)] == ['pose_node', 'camera_node']
    assert pose.values_of('-r') == ['__node:=pose_node', '__ns:=/a/b', 'image:=/front/image']
    assert camera.values_of('-r') == [
        '__node:=camera_node', '__ns:=/front', 'image:=/front/image'
    ]
    assert camera.parameters()['source.uri'] == '0', 'a text, not a number'
    assert camera.parameters()['wait_for_subscriber_sec'] > 0
    assert camera.parameters()['wait_for_subscribers'] == 1


def test_launch_recording_waits_for_all_that_take_its_images(launch: LaunchFile) -> None:
    # Or the node with more networks to load would miss the first seconds, and a photo at all.
    *takers, camera = launch(source='photo.jpg', face='true').processes
    assert camera.executable == 'camera_node'
    assert camera.parameters()['wait_for_subscribers'] == len(takers) == 2


@pytest.mark.parametrize(
    ('image', 'namespace'),
    [
        ('/camera/image_raw', '/camera'),
        ('/robot/left/image_raw', '/robot/left'),
        ('/image', '/'),
        ('image', '/'),
    ],
)
def test_launch_camera_has_the_namespace_of_its_image(
    launch: LaunchFile, image: str, namespace: str
) -> None:
    _, camera = launch(source='0', image=image).processes
    assert camera.values_of('-r')[1] == f'__ns:={namespace}'
    assert camera.parameters()['source.uri'] == '0'


@pytest.mark.parametrize(
    ('argument', 'parameter', 'value'),
    [('model', 'model.name', '42'), ('provider', 'inference.providers', 'cuda,cpu')],
)
def test_launch_model_and_provider_override_the_file_only_if_given(
    launch: LaunchFile, tmp_path: Path, argument: str, parameter: str, value: str
) -> None:
    path = tmp_path / 'own.yaml'
    unset = launch().processes[0].parameters()
    assert unset[parameter] == {'model': 'body_mobilenet_thin', 'provider': 'auto'}[argument]
    path.write_text(f'/**/pose_node:\n  ros__parameters:\n    {parameter}: from_file\n')
    (pose,) = launch(params_file=str(path)).processes
    assert pose.parameters()[parameter] == 'from_file'
    (pose,) = launch(params_file=str(path), **{argument: value}).processes
    assert pose.parameters()[parameter] == value


def test_launch_log_level_reaches_both_nodes(launch: LaunchFile) -> None:
    for process in launch(source='video.mp4', log_level='debug').processes:
        assert process.values_of('--log-level') == ['debug']


@pytest.mark.parametrize(
    ('environment', 'variable'),
    [
        ({}, NEW),
        ({'ROS_DISTRO': 'jazzy'}, OLD),
        ({'ROS_DISTRO': 'kilted'}, NEW),
        ({NEW: '/own.xml'}, None),
        ({'ROS_DISTRO': 'kilted', OLD: '/own.xml'}, None),
        ({'ROS_DISTRO': 'jazzy', OLD: ''}, None),  # set to nothing: none is wanted
        ({TRANSPORTS: 'LARGE_DATA'}, None),
    ],
)
def test_launch_dds_profile_is_set_unless_the_user_has_chosen(
    launch: LaunchFile, share: Path, environment: dict[str, str], variable: str | None
) -> None:
    profile = str(share / 'config' / 'dds' / 'shared_memory.xml')
    expected = {**environment, **({variable: profile} if variable else {})}
    for process in launch(environment, source='0').processes:
        assert process.environment == expected
    assert Path(profile).is_file()


def given_to(node: ChosenNode) -> tuple[list[str], dict[str, Any], dict[str, str]]:
    """Return parameter files, parameters and remappings of a node of run_all."""
    words = list(zip(node.ros_arguments[::2], node.ros_arguments[1::2], strict=True))
    pairs = {
        flag: dict(word.split(':=', 1) for one, word in words if one == flag)
        for flag in ('-p', '-r')
    }
    files = [word for flag, word in words if flag == '--params-file']
    return files, {name: yaml.safe_load(text) for name, text in pairs['-p'].items()}, pairs['-r']


def test_launch_single_process_gives_each_node_what_it_has_alone(
    launch: LaunchFile, share: Path, tmp_path: Path
) -> None:
    own = tmp_path / 'own.yaml'
    own.write_text('/**:\n  ros__parameters:\n    autostart: true\n')
    given = {
        'source': '0', 'face': 'true', 'overlay': 'true', 'use_sim_time': 'true',
        'image': '/front/image', 'namespace': 'a/b/', 'params_file': str(own),
        'log_level': 'debug',
    }  # fmt: skip
    apart = launch({'HOME': '/'}, **given).processes
    (process,) = launch({'HOME': '/'}, **given, single_process='true').processes
    assert process.executable == 'run_all'
    assert process.environment == apart[0].environment
    line = split_command_line(process.command[1:], [one.executable for one in apart])
    assert line.process[:3] == ('--ros-args', '--log-level', 'debug')
    assert [node.name for node in line.nodes] == [one.executable for one in apart]
    for node, alone in zip(line.nodes, apart, strict=True):
        files, parameters, names = given_to(node)
        *shared, last = alone.values_of('--params-file')
        assert files == shared == [str(share / 'config' / f'{node.name}.yaml'), str(own)]
        assert parameters == file_parameters(Path(last))
        assert [f'{key}:={name}' for key, name in names.items()] == alone.values_of('-r')[1:]


@pytest.fixture
def peer() -> Iterator[Peer]:
    one = Peer()
    yield one
    one.close()


@pytest.mark.parametrize('single_process', ['false', 'true'])
def test_launch_arguments_go_over_what_params_file_says_of_a_node(
    launch: LaunchFile, peer: Peer, tmp_path: Path, single_process: str
) -> None:
    own = tmp_path / 'own.yaml'
    own.write_text(
        '/**/pose_node:\n  ros__parameters: {autostart: true, model.name: body_hpe0001}\n'
        '/**/face_hand_node:\n  ros__parameters:\n    autostart: true\n'
        '    face_hand: {face: false, hands: true, max_people: 3}\n'
    )
    launched = launch(
        dict(os.environ), face='true', model='body_mobilenet_thin', autostart='false',
        params_file=str(own), single_process=single_process,
    )  # fmt: skip

    def value(node: str, name: str) -> Any:
        request = GetParameters.Request(names=[name])
        found = peer.call(GetParameters, f'/people/{node}/get_parameters', request).values
        return parameter_value_to_python(found[0])

    with launched.running(tmp_path):
        assert value('pose_node', 'model.name') == 'body_mobilenet_thin'
        assert value('face_hand_node', 'face_hand.face') is True
        assert value('face_hand_node', 'face_hand.hands') is False
        assert value('face_hand_node', 'face_hand.max_people') == 3, 'not given to the launch'
        for node in ('pose_node', 'face_hand_node'):
            assert value(node, 'autostart') is False


@pytest.mark.parametrize('single_process', ['false', 'true'])
def test_launch_photo_gives_its_people_on_people_keypoints(
    launch: LaunchFile, peer: Peer, tmp_path: Path, single_process: str
) -> None:
    # Again and again: discovery may take seconds, and what was published before is not heard.
    own = tmp_path / 'own.yaml'
    own.write_text('/**/camera_node:\n  ros__parameters:\n    source.loop: true\n')
    launched = launch(
        dict(os.environ), source=str(PHOTO), params_file=str(own), single_process=single_process
    )
    people = peer.hear(PoseArray, '/people/keypoints', result_qos())
    skeletons = peer.hear(SkeletonArray, '/people/skeletons', latched_qos())
    with launched.running(tmp_path) as logs:
        peer.spin_until(lambda: people and skeletons)
        texts = [log.read_text() for log in logs]
    assert len(texts) == (1 if single_process == 'true' else 2)
    assert 'body_mobilenet_thin' in texts[0]
    assert '/camera/image_raw' in texts[-1]
    message = people[0]
    assert message.header.frame_id == 'camera_optical_frame'
    assert message.header.stamp.sec > 0
    assert (message.image_width, message.image_height) == (884, 497)
    found = people_from_msg(message)
    expected = PoseEstimator(load_model('body_mobilenet_thin')).estimate(cv2.imread(str(PHOTO)))
    assert len(found) == len(expected) == 2
    np.testing.assert_allclose(found.body.xy, expected.body.xy, atol=1e-3)
    assert skeletons_from_msg(skeletons[0])[0].name == message.skeleton == 'coco_18'
