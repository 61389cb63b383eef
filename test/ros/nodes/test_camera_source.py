# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras from a file, and from camera_info and tf."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ros_camera import header
from ros_optional import import_or_stand_in
from ros_optional import is_installed
from ros_peers import Peer
from ros_rig import calibration_file
from ros_rig import camera_info_of
from ros_rig import CAMERAS
from ros_rig import place_of
from sensor_msgs.msg import CameraInfo

from openpose_ros.nodes.camera_source import FileCameras
from openpose_ros.nodes.camera_source import TfPlaces
from openpose_ros.nodes.camera_source import TopicCameras
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.qos import latched_qos
from openpose_ros.nodes.triangulation_parameters import CalibrationParameters
from openpose_ros.nodes.triangulation_parameters import RigParameters
from openpose_ros.types import Array

POINT = np.array([0.3, -0.2, 1.1])


class KnownPlaces:
    """Knows where one camera is."""

    def __init__(self) -> None:
        self.closed = False
        self.restarts = 0

    def world_T_cam(self, camera_frame: str, stamp: Any) -> Array:
        if camera_frame != 'cam0_optical':
            raise ValueError(f'nobody knows {camera_frame}')
        return CAMERAS[0].world_T_cam

    def restart(self) -> None:
        self.restarts += 1

    def close(self) -> None:
        self.closed = True


def is_known(source: TopicCameras) -> bool:
    try:
        return source.camera('cam0', header(0, 'cam0_optical')) is not None
    except ValueError:
        return False


def test_file_gives_all_cameras_or_those_that_are_named(tmp_path: Path) -> None:
    calibration = CalibrationParameters(file=str(calibration_file(tmp_path)))
    source = FileCameras(RigParameters(), calibration)
    assert source.names == ('cam0', 'cam1', 'cam2', 'cam3')
    found = source.camera('cam2', header()).project(POINT)
    np.testing.assert_allclose(found, CAMERAS[2].project(POINT), atol=1e-6)
    assert FileCameras(RigParameters(cameras=('cam3', 'cam1')), calibration).names == (
        'cam3', 'cam1'
    )


@pytest.mark.parametrize(
    ('old', 'new', 'words'),
    [
        ('900.0', '0.0', ("'cam0'", 'focal lengths above 0')),
        ('cam_T_world', 'place', ("'cam0'", 'cam_T_world')),
        ('cameras', 'people', ("'cameras'",)),
    ],
)
def test_broken_file_is_named_with_parameter_and_camera(
    tmp_path: Path, old: str, new: str, words: tuple[str, ...]
) -> None:
    path = calibration_file(tmp_path)
    text = path.read_text()
    head, body = text.split('\ncameras', 1)
    path.write_text(head + ('\ncameras' + body).replace(old, new, 1))
    with pytest.raises(ValueError) as error:
        FileCameras(RigParameters(), CalibrationParameters(file=str(path)))
    for word in ("parameter 'calibration.file'", str(path), *words):
        assert word in str(error.value)


def test_camera_that_the_file_lacks_is_named(tmp_path: Path) -> None:
    calibration = CalibrationParameters(file=str(calibration_file(tmp_path)))
    with pytest.raises(ValueError, match="'cameras' has 'cam9', expected only .* cam3"):
        FileCameras(RigParameters(cameras=('cam0', 'cam9')), calibration)


@pytest.mark.parametrize('names', [('cam0',), ('cam0', 'cam0'), ()])
def test_fewer_than_two_different_cameras_are_no_rig(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="'cameras' is .* two different names"):
        RigParameters().topics(names)


def test_topics_hold_the_name_of_the_camera() -> None:
    rig = RigParameters(keypoints_topic='/a/{camera}/b')
    assert rig.topics(('x', 'y')) == {'x': '/a/x/b', 'y': '/a/y/b'}
    with pytest.raises(ValueError, match=r"'keypoints_topic' is 'a', expected .*\{camera\}"):
        RigParameters(keypoints_topic='a').topics(('x', 'y'))


def test_name_that_makes_no_topic_is_said() -> None:
    with pytest.raises(ValueError, match=r"topic '24567/people/keypoints' of camera '24567'"):
        RigParameters().topics(('front', '24567'))


def test_topics_need_the_names_of_the_cameras(peer: Peer) -> None:
    listening: list[KnownPlaces] = []

    def listen() -> KnownPlaces:
        listening.append(KnownPlaces())
        return listening[-1]

    with pytest.raises(ValueError, match="'cameras' is empty"):
        TopicCameras(peer.node, RigParameters(), CalibrationParameters(), listen)
    pattern = CalibrationParameters(camera_info_topic='info')
    with pytest.raises(ValueError, match=r"'calibration\.camera_info_topic' is 'info'"):
        TopicCameras(peer.node, RigParameters(cameras=('a', 'b')), pattern, listen)
    assert not listening, 'nobody would end it'


def test_camera_info_makes_a_camera_where_it_is(peer: Peer) -> None:
    places = KnownPlaces()
    rig = RigParameters(cameras=('cam0', 'cam1'))
    source = TopicCameras(peer.node, rig, CalibrationParameters(), lambda: places)
    with pytest.raises(ValueError, match="camera 'cam0': no camera_info on /cam0/camera_info yet"):
        source.camera('cam0', header(0, 'cam0_optical'))
    publisher = peer.node.create_publisher(CameraInfo, 'cam0/camera_info', image_publisher_qos())
    peer.spin_until(publisher.get_subscription_count)
    publisher.publish(camera_info_of(0))
    peer.spin_until(lambda: is_known(source))
    camera = source.camera('cam0', header(0, 'cam0_optical'))
    np.testing.assert_allclose(camera.project(POINT), CAMERAS[0].project(POINT), atol=1e-6)
    with pytest.raises(ValueError, match='nobody knows elsewhere'):
        source.camera('cam0', header(0, 'elsewhere'))
    # A camera whose driver has no calibration says so by zeros.
    publisher.publish(camera_info_of(0, k=np.zeros(9)))
    peer.spin_until(lambda: not is_known(source))
    with pytest.raises(ValueError, match="camera 'cam0': .*not calibrated"):
        source.camera('cam0', header(0, 'cam0_optical'))
    source.restart()
    assert places.restarts == 1
    source.close()
    assert places.closed
    peer.spin_until(lambda: not publisher.get_subscription_count())


def test_camera_info_that_was_published_once_is_heard(peer: Peer) -> None:
    camera = Peer()
    latched = camera.node.create_publisher(CameraInfo, 'cam0/camera_info', latched_qos())
    latched.publish(camera_info_of(0))
    ordinary = camera.node.create_publisher(CameraInfo, 'cam1/camera_info', image_publisher_qos())
    peer.spin_until(lambda: peer.node.count_publishers('/cam0/camera_info'))
    rig = RigParameters(cameras=('cam0', 'cam1'))
    source = TopicCameras(peer.node, rig, CalibrationParameters(), KnownPlaces)
    peer.spin_until(lambda: is_known(source))
    found = source.camera('cam0', header(0, 'cam0_optical'))
    np.testing.assert_allclose(found.project(POINT), CAMERAS[0].project(POINT), atol=1e-6)
    # A new calibration counts, however it comes.
    latched.publish(camera_info_of(0, k=np.zeros(9)))
    peer.spin_until(lambda: not is_known(source))
    peer.spin_until(lambda: latched.get_subscription_count() == 2)
    peer.spin_until(ordinary.get_subscription_count)
    # Of a second subscription to an ordinary camera, both its driver and the node would warn.
    peer.spin_for(1.2)
    assert latched.get_subscription_count() == 2
    assert ordinary.get_subscription_count() == 1
    assert peer.node.count_subscribers('/cam1/camera_info') == 1
    source.close()
    peer.spin_until(lambda: not latched.get_subscription_count())
    camera.close()


def test_rectified_camera_info_uses_the_projection(peer: Peer) -> None:
    rig = RigParameters(cameras=('cam0', 'cam1'))
    source = TopicCameras(peer.node, rig, CalibrationParameters(rectified=True), KnownPlaces)
    publisher = peer.node.create_publisher(CameraInfo, 'cam0/camera_info', image_publisher_qos())
    peer.spin_until(publisher.get_subscription_count)
    # what would be wrong if it were used
    wrong = {'k': np.diag([5.0, 5.0, 1.0]).ravel(), 'd': [0.3, 0.0, 0.0, 0.0, 0.0]}
    publisher.publish(camera_info_of(0, **wrong))
    peer.spin_until(lambda: is_known(source))
    camera = source.camera('cam0', header(0, 'cam0_optical'))
    np.testing.assert_allclose(camera.project(POINT), CAMERAS[0].project(POINT), atol=1e-6)


def test_tf_says_where_a_camera_is(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    if not is_installed('tf2_ros'):
        with pytest.raises(ValueError, match=r"'calibration\.file' is empty and tf2_ros"):
            TfPlaces(peer.node, 'world')
    tf2_ros = import_or_stand_in('tf2_ros', monkeypatch)
    places = TfPlaces(peer.node, 'world')
    world_T_cam = CAMERAS[0].world_T_cam
    stamp = header(7).stamp
    with pytest.raises(ValueError, match="tf does not lead from 'cam0_optical' to 'world'"):
        places.world_T_cam('cam0_optical', stamp)
    broadcaster = tf2_ros.StaticTransformBroadcaster(peer.node)
    broadcaster.sendTransform([place_of(0, 5, 'cam0_optical')])
    peer.spin_for(0.3)
    np.testing.assert_allclose(
        places.world_T_cam('cam0_optical', stamp), world_T_cam, atol=1e-9
    )
    mover = tf2_ros.TransformBroadcaster(peer.node)
    mover.sendTransform([place_of(0, 5, 'moving_optical')])
    peer.spin_for(0.3)
    assert places.world_T_cam('moving_optical', header(5).stamp) is not None
    # Of a recording that starts over, only what never moves is still known.
    places.restart()
    with pytest.raises(ValueError, match="tf does not lead from 'moving_optical' to 'world'"):
        places.world_T_cam('moving_optical', header(5).stamp)
    assert places.world_T_cam('cam0_optical', stamp) is not None
    places.close()
