# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Four cameras of the test that see known people, and what triangulation_node makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
import time
from typing import Any

from geometry_msgs.msg import TransformStamped
import numpy as np
from ros_camera import header
from ros_peers import facts_of
from ros_peers import Peer
from scipy.spatial.transform import Rotation
from sensor_msgs.msg import CameraInfo

from openpose_ros.conversions.poses import people_to_msg
from openpose_ros.msg import PoseArray
from openpose_ros.msg import PoseArray3D
from openpose_ros.nodes.qos import result_qos
from openpose_ros.pose3d.calibration_files import write_cameras
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_bodies import people_in_room
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

COCO = get_skeleton('coco_18')
CAMERAS = ring_of_cameras(4)
NAMES = tuple(camera.name for camera in CAMERAS)
PERIOD_SEC = 1 / 30
_PATIENCE_SEC = 10.0


def bodies_at(seconds: float) -> np.ndarray:
    """Return two people who walk, metres in the world, shape (2, 18, 3)."""
    return people_in_room(2, COCO, seed=3, room_m=1.6, spacing_m=0.8, distance_m=0.5 * seconds)


def keypoints_of(camera: int, xyz: np.ndarray) -> Keypoints2D:
    """Return where a camera sees points in the world, shape (N, P, 3)."""
    xy = CAMERAS[camera].project(xyz).astype(np.float32)
    return Keypoints2D(xy, np.full(xy.shape[:2], 0.8, np.float32))


def seen(camera: int, bodies: np.ndarray) -> People2D:
    """Return what a camera sees, everybody and every keypoint."""
    keypoints = keypoints_of(camera, bodies)
    scores = np.full(len(bodies), 0.8, np.float32)
    return People2D.from_body('coco_18', keypoints, scores, CAMERAS[camera].image_size)


def message_of(camera: int, stamp_ns: int, bodies: np.ndarray) -> Any:
    return people_to_msg(seen(camera, bodies), header(stamp_ns, NAMES[camera]))


@dataclass(frozen=True)
class Sent:
    """
    A view to publish.

    :param camera: Index of the camera.
    :param taken_sec: When it was taken, from the start of the run.
    :param send_sec: When it is published.
    :param wrong_sec: What its stamp is off.
    """

    camera: int
    taken_sec: float
    send_sec: float
    wrong_sec: float = 0.0


def frames(seconds: float) -> list[Sent]:
    """Return the views of four triggered cameras at 30 Hz."""
    times = np.arange(0.0, seconds, PERIOD_SEC).tolist()
    return [Sent(camera, taken, taken) for taken in times for camera in range(len(CAMERAS))]


@dataclass
class Run:
    """
    What came out of a run.

    :param start_ns: Stamp at its start.
    :param before: The last diagnostics before it.
    :param sent: How many views are published.
    :param sets: ``PoseArray3D`` and when it was heard, seconds from the start.
    :param facts: Diagnostics during the run: when they were heard, and their keys and values.
    """

    start_ns: int
    before: dict[str, str]
    sent: int
    sets: list[tuple[float, Any]] = field(default_factory=list)
    facts: list[tuple[float, dict[str, str]]] = field(default_factory=list)

    def taken_sec(self) -> np.ndarray:
        """Return the instants of the sets."""
        stamps = [message.header.stamp for _, message in self.sets]
        return np.array([
            (stamp.sec * 1_000_000_000 + stamp.nanosec - self.start_ns) / 1e9 for stamp in stamps
        ])

    def heard_sec(self) -> np.ndarray:
        return np.array([heard for heard, _ in self.sets])

    def cameras(self) -> list[tuple[str, ...]]:
        return [tuple(message.cameras) for _, message in self.sets]

    def gained(self, name: str) -> int:
        """Return by how much a count of the diagnostics grew."""
        return int(self.facts[-1][1].get(name, 0)) - int(self.before.get(name, 0))

    def is_open(self) -> bool:
        """Return whether the node has still to do, as it may have for long on a busy machine."""
        if not self.facts or self.facts[-1][1].get('views_waiting') != '0':
            return True
        if sum(self.gained(f'{name}_received') for name in NAMES) < self.sent:
            return True
        return self.gained('received') > self.gained('processed') + self.gained('dropped')


class Rig:
    """Publishes views on the topics of four cameras and hears what comes out."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.publishers = [
            peer.node.create_publisher(PoseArray, f'{name}/people/keypoints', result_qos())
            for name in NAMES
        ]
        self.people: list[Any] = peer.hear(PoseArray3D, 'keypoints_3d', result_qos())
        self.diagnostics: list[Any] = peer.hear_diagnostics()

    def wait_for_node(self) -> None:
        self.peer.spin_until(
            lambda: self.peer.node.count_publishers('keypoints_3d')
            and all(publisher.get_subscription_count() for publisher in self.publishers)
        )
        self.peer.spin_for(0.3)

    def send(self, camera: int, message: Any) -> None:
        self.publishers[camera].publish(message)

    def send_set(
        self, stamp_ns: int, bodies: np.ndarray, cameras: Iterable[int] = range(4)
    ) -> None:
        for camera in cameras:
            self.send(camera, message_of(camera, stamp_ns, bodies))

    def facts(self) -> dict[str, str]:
        if not self.diagnostics:
            return {}
        return facts_of(self.diagnostics[-1])

    def wait_for_facts(self, **wanted: str) -> None:
        self.peer.spin_until(lambda: wanted.items() <= self.facts().items())

    def play(self, views: list[Sent], *, after_sec: float = 0.8) -> Run:
        """Publish views when it is time, and listen until a while after the last one."""
        self.peer.spin_for(0.25)
        self.diagnostics.clear()  # some of them may be of the run before
        self.peer.spin_until(lambda: self.diagnostics)
        start_ns = time.time_ns()
        run = Run(start_ns, self.facts(), len(views))
        self.people.clear()
        self.diagnostics.clear()
        messages = {
            one: message_of(
                one.camera, start_ns + round((one.taken_sec + one.wrong_sec) * 1e9),
                bodies_at(one.taken_sec),
            )
            for one in views
        }
        start = time.monotonic()
        for one in sorted(views, key=lambda view: view.send_sec):
            while (now := time.monotonic() - start) < one.send_sec:
                self._listen(run, start, one.send_sec - now)
            self.send(one.camera, messages[one])
        end = time.monotonic() + after_sec
        while (now := time.monotonic()) < end or (now < end + _PATIENCE_SEC and run.is_open()):
            self._listen(run, start, 0.02)
        return run

    def _listen(self, run: Run, start: float, seconds: float) -> None:
        self.peer.executor.spin_once(timeout_sec=min(max(seconds, 0.0), 0.02))
        now = time.monotonic() - start
        run.sets += [(now, message) for message in self.people]
        self.people.clear()
        for _ in self.diagnostics:
            run.facts.append((now, self.facts()))
        self.diagnostics.clear()


def camera_info_of(camera: int, **fields: Any) -> CameraInfo:
    """Return what the driver of a camera publishes, without distortion."""
    one = CAMERAS[camera]
    projection = np.hstack([one.camera_matrix, np.zeros((3, 1))])
    width, height = one.image_size
    values = {
        'width': width, 'height': height, 'distortion_model': 'plumb_bob', 'd': [0.0] * 5,
        'k': one.camera_matrix.ravel(), 'r': np.eye(3).ravel(), 'p': projection.ravel(),
    }
    return CameraInfo(**{**values, **fields})


def place_of(camera: int, stamp_ns: int, frame_id: str) -> TransformStamped:
    """Return where a camera is in the world, for tf."""
    world_T_cam = CAMERAS[camera].world_T_cam
    found = TransformStamped(header=header(stamp_ns, 'world'), child_frame_id=frame_id)
    place, turn = found.transform.translation, found.transform.rotation
    place.x, place.y, place.z = world_T_cam[:3, 3].tolist()
    turn.x, turn.y, turn.z, turn.w = Rotation.from_matrix(world_T_cam[:3, :3]).as_quat().tolist()
    return found


def calibration_file(folder: Path) -> Path:
    path = folder / 'cameras.yaml'
    write_cameras(path, {camera.name: camera for camera in CAMERAS})
    return path
