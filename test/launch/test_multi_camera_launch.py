# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""multi_camera.launch.py: what it starts, and four real cameras that look at a photo on a wall."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
import os
from pathlib import Path

import cv2
from launch_session import execute
from launch_session import Launch
import numpy as np
from photo_wall import seen_on_wall
from photo_wall import wall_camera
import pytest
from ros_peers import Peer
from visualization_msgs.msg import MarkerArray

from openpose_ros.conversions.people_3d import people_3d_from_msg
from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.msg import PoseArray
from openpose_ros.msg import PoseArray3D
from openpose_ros.nodes.qos import result_qos
from openpose_ros.pose3d.calibration_files import write_cameras

RATE_HZ = 2.0
VIDEO_HZ = 10.0

LaunchFile = Callable[..., Launch]


@pytest.fixture
def launch(share: Path, tmp_path: Path) -> LaunchFile:
    """Execute the installed launch file with arguments, in a given environment."""

    def launch_with(environment: dict[str, str] | None = None, **arguments: str) -> Launch:
        folder = tmp_path / f'parameters_{len(list(tmp_path.iterdir()))}'
        folder.mkdir()
        path = share / 'launch' / 'multi_camera.launch.py'
        return execute(path, folder, environment or {}, **arguments)

    return launch_with


def test_launch_file_is_short(share: Path) -> None:
    assert len((share / 'launch' / 'multi_camera.launch.py').read_text().splitlines()) <= 60


def test_launch_arguments_and_their_defaults(launch: LaunchFile, share: Path) -> None:
    assert launch().arguments == {
        'rig': str(share / 'config' / 'cameras' / 'rig.yaml'),
        'start_delay_sec': '15.0',
        'namespace': 'people',
        'rviz': 'false',
        'autostart': 'true',
        'use_sim_time': 'false',
        'single_process': 'false',
        'respawn': 'false',
        'params_file': '',
        'log_level': 'info',
    }


def test_launch_of_the_example_rig_starts_a_node_per_camera_and_one_for_all(
    launch: LaunchFile, share: Path
) -> None:
    first, second, space = launch().processes
    assert [process.executable for process in (first, second, space)] == [
        'pose_node', 'pose_node', 'triangulation_node',
    ]
    assert first.values_of('-r') == [
        '__node:=pose_node', '__ns:=/cam0/people', 'image:=/cam0/image_raw',
    ]
    assert first.parameters()['input.rate_hz'] == 10.0
    assert space.values_of('-r') == ['__node:=triangulation_node', '__ns:=/people']
    values = space.parameters()
    assert values['cameras'] == ['cam0', 'cam1']
    assert Path(values['calibration.file']) == share / 'config' / 'cameras' / 'example.yaml'
    assert values['keypoints_topic'] == '/{camera}/people/keypoints'


def test_launch_rviz_is_looked_for_only_if_wanted(launch: LaunchFile) -> None:
    packages = pytest.importorskip('ament_index_python.packages')
    assert 'rviz2' not in [process.executable for process in launch().processes]
    try:
        *_, rviz = launch(rviz='true').processes
    except packages.PackageNotFoundError as error:
        assert 'rviz2' in str(error)
    else:
        assert rviz.executable == 'rviz2'


@pytest.mark.parametrize(('namespace', 'prefix'), [('/a/b', '/a/b'), ('people', '/people')])
def test_launch_rviz_shows_the_topics_of_the_namespace(
    launch: LaunchFile, share: Path, rviz_installed: None, namespace: str, prefix: str
) -> None:
    *nodes, rviz = launch(rviz='true', namespace=namespace, use_sim_time='true').processes
    view = share / 'config' / 'rviz' / 'multi_camera.rviz'
    assert rviz.values_of('-d') == [str(view)]
    topics = ['markers', 'points']
    assert rviz.values_of('-r') == [f'/people/{one}:={prefix}/{one}' for one in topics]
    assert all(f'/people/{one}' in view.read_text() for one in topics)
    assert all(process.parameters()['use_sim_time'] is True for process in [*nodes, rviz])


def test_launch_autostart_false_leaves_the_lifecycle_to_a_manager(
    launch: LaunchFile, rig: Path
) -> None:
    processes = launch(rig=str(rig), autostart='false').processes
    managed = [one for one in processes if one.executable != 'camera_node']
    assert len(managed) == 5
    assert all(one.parameters()['autostart'] is False for one in managed)


def test_launch_sources_start_together(launch: LaunchFile, rig: Path) -> None:
    processes = launch(rig=str(rig), log_level='warn').processes
    cameras = [process for process in processes if process.executable == 'camera_node']
    assert len(cameras) == 4
    assert len({process.parameters()['start_time_sec'] for process in cameras}) == 1
    assert all(process.parameters()['start_time_sec'] > 1e9 for process in cameras)
    assert [process.parameters()['frame_id'] for process in cameras] == [
        f'cam{number}' for number in range(4)
    ]
    assert all(process.values_of('--log-level') == ['warn'] for process in processes)


def test_launch_rig_that_cannot_be_read_is_named(launch: LaunchFile, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nothing\.yaml' cannot be read"):
        launch(rig=str(tmp_path / 'nothing.yaml'))


# ---- real processes


@pytest.fixture(scope='module')
def rig(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a rig file with its calibration and a video of each camera."""
    folder = tmp_path_factory.mktemp('rig')
    cameras = [
        wall_camera(f'cam{number}', degrees) for number, degrees in enumerate((-30, -10, 10, 30))
    ]
    write_cameras(folder / 'cameras.yaml', {camera.name: camera for camera in cameras})
    lines = ['calibration: cameras.yaml', f'rate_hz: {RATE_HZ}', 'cameras:']
    for camera in cameras:
        video = folder / f'{camera.name}.mp4'
        writer = cv2.VideoWriter(
            str(video), cv2.VideoWriter_fourcc(*'mp4v'), VIDEO_HZ, camera.image_size
        )
        picture = seen_on_wall(camera)
        for _ in range(10):
            writer.write(picture)
        writer.release()
        lines.append(f'  {camera.name}: {{source: {video.name}}}')
    path = folder / 'rig.yaml'
    path.write_text('\n'.join(lines))
    return path


@pytest.fixture
def peer() -> Iterator[Peer]:
    one = Peer()
    yield one
    one.close()


def start_delay_sec() -> str:
    """
    Return how long the recordings have to wait for the last of the nodes.

    Those that begin later are out of step: nine processes start in 5 s, or in 14 s where eight
    others want each core.
    """
    return str(5.0 + 1.5 * os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.mark.alone
def test_launch_four_cameras_put_the_people_of_the_photo_on_the_wall(
    launch: LaunchFile, rig: Path, peer: Peer, tmp_path: Path
) -> None:
    # One thread per network: four of them share the cores.
    own = tmp_path / 'own.yaml'
    own.write_text(
        '/**/camera_node:\n  ros__parameters:\n    source.loop: true\n'
        '/**/pose_node:\n  ros__parameters:\n    input.height_px: 256\n    inference.threads: 1\n'
        '/**/triangulation_node:\n  ros__parameters:\n    tracking.max_lost_sec: 20.0\n'
    )
    launched = launch(
        dict(os.environ), rig=str(rig), params_file=str(own), start_delay_sec=start_delay_sec()
    )
    sets = peer.hear(PoseArray3D, '/people/keypoints_3d', result_qos())
    markers = peer.hear(MarkerArray, '/people/markers', result_qos())
    views = [
        peer.hear(PoseArray, f'/cam{number}/people/keypoints', result_qos()) for number in range(4)
    ]

    def complete() -> list[PoseArray3D]:
        return [one for one in sets if len(one.cameras) == 4]

    with launched.running(tmp_path) as logs:
        peer.spin_until(lambda: len(complete()) >= 5 and markers, timeout_sec=100.0)
        texts = [log.read_text() for log in logs]
    assert len(texts) == 9
    for messages in views:
        # The first image of each slot: the others do not count, whatever the machine has time for.
        phases = np.array([stamp_ns(one) * RATE_HZ / 1e9 % 1 for one in messages])
        print(f'share of first images: {np.mean(phases < RATE_HZ / VIDEO_HZ):.2f}')
        assert np.mean(phases < RATE_HZ / VIDEO_HZ) > 0.5
    first, *_, last = [people_3d_from_msg(one) for one in complete()]
    assert sets[-1].header.frame_id == 'world'
    assert len(last) == 2  # a man and a woman sit on a bench
    assert sorted(first.ids) == sorted(last.ids)
    from_wall = np.abs(last.body.xyz[..., 1][last.body.scores > 0])
    print(f'from the wall: median {np.median(from_wall):.3f} m, most {from_wall.max():.3f} m')
    assert np.median(from_wall) < 0.03


@pytest.mark.alone
def test_launch_single_process_puts_people_into_space_with_one_process(
    launch: LaunchFile, rig: Path, peer: Peer, tmp_path: Path
) -> None:
    own = tmp_path / 'own.yaml'
    own.write_text(
        '/**/camera_node:\n  ros__parameters:\n    source.loop: true\n'
        '/**/pose_node:\n  ros__parameters:\n    input.height_px: 184\n    inference.threads: 1\n'
    )
    launched = launch(
        dict(os.environ), rig=str(rig), params_file=str(own), start_delay_sec=start_delay_sec(),
        single_process='true',
    )  # fmt: skip
    assert [process.executable for process in launched.processes] == ['run_all']
    heard = peer.hear(PoseArray3D, '/people/keypoints_3d', result_qos())
    with launched.running(tmp_path):
        peer.spin_until(
            lambda: any(len(one.cameras) == 4 and one.people for one in heard), timeout_sec=90.0
        )
        images = peer.node.get_subscriptions_info_by_topic('/cam0/image_raw')
        assert not images, 'the images stay within the process'
        names = sorted(peer.node.get_node_names())
    assert names.count('pose_node') == names.count('camera_node') == 4
