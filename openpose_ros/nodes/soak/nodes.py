# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The graph of a soak: two lines of nodes behind one camera, and a node that takes both."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from pathlib import Path

from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image

from openpose_ros.msg import PoseArray
from openpose_ros.msg import PoseArray3D
from openpose_ros.pose3d.calibration_files import write_cameras
from openpose_ros.pose3d.rig import ring_of_cameras

IMAGE_SIZE = (640, 480)
IMAGE_TOPIC = '/camera/image'
# The processes of one line live as long as the soak, those of the other one are restarted.
STEADY = 'steady'
RESTARTED = 'restarted'
LINES = (STEADY, RESTARTED)
_SPACE = 'space'
# The networks are small and wait for each other, so that two cores have time for everything.
_QUIET = {'inference.threads': '1', 'inference.spinning': 'false'}
_POSE = {'input.height_px': '128', **_QUIET}
_FACE_HAND = {
    'face_hand.max_people': '1', 'landmarks.face_looks': '1', 'landmarks.hand_looks': '1', **_QUIET
}  # fmt: skip


@dataclass(frozen=True)
class SoakedNode:
    """
    A node as it is started.

    :param namespace: Namespace without slashes.
    :param module: Name of the node and of its module.
    :param topic: Relative topic of the results that it is judged by.
    :param kind: Their message type.
    :param parameters: ROS parameters.
    """

    namespace: str
    module: str
    topic: str
    kind: type
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Full name."""
        return f'/{self.namespace}/{self.module}'

    @property
    def results(self) -> str:
        """Full name of the topic of the results."""
        return f'/{self.namespace}/{self.topic}'

    @property
    def is_steady(self) -> bool:
        """Whether its process lives as long as the soak."""
        return self.namespace == STEADY

    @property
    def is_viewed(self) -> bool:
        """Whether it works only while somebody subscribes."""
        return self.module == 'visualization_node'

    def arguments(self) -> list[str]:
        """Return its command line."""
        words = ['-r', f'__ns:=/{self.namespace}', '-r', f'image:={IMAGE_TOPIC}']
        for name, value in self.parameters.items():
            words += ['-p', f'{name}:={value}']
        return ['--ros-args', *words]


def soaked_nodes(folder: Path) -> Sequence[SoakedNode]:
    """
    Return the nodes of a soak.

    The steady line takes raw images, all of them. The other one takes compressed ones, ten per
    second. triangulation_node takes the people of both as views of two cameras.

    :param folder: Gets the calibration of these cameras.
    """
    calibration = folder / 'cameras.yaml'
    cameras = ring_of_cameras(8, image_size=IMAGE_SIZE, focal_px=600.0)
    write_cameras(calibration, {
        line: replace(camera, name=line) for line, camera in zip(LINES, cameras)
    })
    compressed = {'image.transport': 'compressed'}
    space = {'calibration.file': str(calibration), 'keypoints_topic': '/{camera}/keypoints'}
    return (
        SoakedNode(STEADY, 'pose_node', 'keypoints', PoseArray, _POSE),
        SoakedNode(STEADY, 'face_hand_node', 'keypoints_full', PoseArray, _FACE_HAND),
        SoakedNode(STEADY, 'visualization_node', 'overlay', Image),
        SoakedNode(
            RESTARTED, 'pose_node', 'keypoints', PoseArray,
            {**_POSE, **compressed, 'input.rate_hz': '10'},
        ),
        SoakedNode(
            RESTARTED, 'face_hand_node', 'keypoints_full', PoseArray, {**_FACE_HAND, **compressed}
        ),
        SoakedNode(
            RESTARTED, 'visualization_node', 'overlay/compressed', CompressedImage, compressed
        ),
        SoakedNode(_SPACE, 'triangulation_node', 'keypoints_3d', PoseArray3D, space),
    )
