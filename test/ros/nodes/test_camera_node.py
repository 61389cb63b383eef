# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""camera_node as its own process, heard over DDS."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from pathlib import Path
import re
import signal
from statistics import median_low
import subprocess
import sys
import threading
import time
from typing import Any

import cv2
from diagnostic_msgs.msg import DiagnosticArray
import numpy as np
import pytest
import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.time import Time
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image

from openpose_ros.conversions.images import image_from_compressed_msg
from openpose_ros.conversions.images import image_from_msg
from openpose_ros.nodes.camera_node import CameraNode
from openpose_ros.nodes.frame_publisher import FramePublisher
from openpose_ros.nodes.qos import image_publisher_qos
from openpose_ros.nodes.surroundings import Surroundings

DARKEST = 20
LEVELS_PER_FRAME = 10
CALIBRATION = """
image_width: 64
image_height: 48
distortion_model: plumb_bob
distortion_coefficients: {data: [0.1, 0.0, 0.0, 0.0, 0.0]}
camera_matrix: {data: [50, 0, 32, 0, 51, 24, 0, 0, 1]}
rectification_matrix: {data: [1, 0, 0, 0, 1, 0, 0, 0, 1]}
projection_matrix: {data: [50, 0, 32, 0, 0, 51, 24, 0, 0, 0, 1, 0]}
"""
PROGRAM = ('-m', 'openpose_ros.nodes.camera_node')
# The same, but a second Ctrl-C long after the first does not kill it, and it waits long until its
# last diagnostics are received: on a busy machine its end or its listener may take seconds.
PATIENT_PROGRAM = (
    '-c',
    'import sys\n'
    'from openpose_ros.nodes import camera_node, diagnostics, running\n'
    'running.PATIENCE_SEC = diagnostics._LONGEST_WAIT_SEC = 60.0\n'
    'sys.exit(camera_node.main())',
)
StartCamera = Callable[..., 'subprocess.Popen[str]']


def grey_of(number: int) -> np.ndarray:
    return np.full((48, 64, 3), DARKEST + number * LEVELS_PER_FRAME, np.uint8)


def level_of(message: Any) -> int:
    """Return the number of the frame in a message."""
    is_raw = isinstance(message, Image)
    pixels = image_from_msg(message) if is_raw else image_from_compressed_msg(message)
    return round((float(pixels.mean()) - DARKEST) / LEVELS_PER_FRAME)


def stamp_ns(message: Any) -> int:
    return message.header.stamp.sec * 1_000_000_000 + message.header.stamp.nanosec


class Listener:
    """A node that keeps what it hears, with the time at which it was sent."""

    def __init__(self) -> None:
        self.context = Context()
        rclpy.init(context=self.context)
        self.node = Node('listener', context=self.context)
        self.executor = SingleThreadedExecutor(context=self.context)
        self.executor.add_node(self.node)
        self.sent_ns: list[int] = []

    def subscribe(self, kind: type, topic: str = 'image') -> list[Any]:
        heard: list[Any] = []

        def keep(message: Any, info: Any) -> None:
            heard.append(message)
            self.sent_ns.append(info['source_timestamp'])

        qos = image_publisher_qos()
        qos.depth = 100  # nothing is lost while this process has to wait for the processor
        self.node.create_subscription(kind, topic, keep, qos)
        return heard

    def spin_until(self, condition: Callable[[], bool], timeout_sec: float = 60.0) -> None:
        end = time.monotonic() + timeout_sec
        while not condition():
            assert time.monotonic() < end, 'waited in vain'
            self.executor.spin_once(timeout_sec=0.05)

    def close(self) -> None:
        self.executor.shutdown()
        self.node.destroy_node()
        self.context.shutdown()


@pytest.fixture
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.close()


@pytest.fixture
def start_camera() -> Iterator[StartCamera]:
    """Start camera_node with parameters; it waits for a subscriber unless told otherwise."""
    processes = []

    def start(
        *arguments: str,
        wait: float = 30.0,
        program: tuple[str, ...] = PROGRAM,
        **parameters: object,
    ) -> Any:
        command = [sys.executable, *program, '--ros-args']
        named = {'wait_for_subscriber_sec': wait} | parameters
        for name, value in named.items():
            command += ['-p', f'{name.replace("__", ".")}:={value}']
        process = subprocess.Popen([*command, *arguments], stderr=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Return a video of 15 frames at 25 Hz."""
    path = tmp_path / 'clip.avi'
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*'MJPG'), 25.0, (64, 48))
    for number in range(15):
        writer.write(grey_of(number))
    writer.release()
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of 8 images with a bright top-left corner."""
    path = tmp_path / 'images'
    path.mkdir()
    for number in range(8):
        image = grey_of(number)
        image[0, 0] = 255
        cv2.imwrite(str(path / f'{number}.png'), image)
    return path


def assert_in_step(
    images: list[Any], period_ns: float, numbers: list[int], text: str, bad: int = 0
) -> None:
    """
    Check that frames come in order, each stamped by its place.

    A busy machine skips some: those, and no others, are missing.
    """
    skipped = len(numbers) - len(images)
    assert f'{len(images)} frames published, {skipped} skipped, {bad} bad' in text
    places = [numbers.index(level_of(image)) for image in images]
    assert places == sorted(set(places))
    since_first_ns = [stamp_ns(image) - stamp_ns(images[0]) for image in images]
    expected_ns = (np.array(places) - places[0]) * period_ns
    np.testing.assert_allclose(since_first_ns, expected_ns, atol=1e3)


def end_of(process: Any, timeout_sec: float = 30.0) -> tuple[int, str]:
    """Wait for the end of a process; return exit code and stderr."""
    _, text = process.communicate(timeout=timeout_sec)
    assert 'Traceback' not in text, text
    return process.returncode, text


def heard_until_end(listener: Listener, process: Any) -> None:
    listener.spin_until(lambda: process.poll() is not None)
    for _ in range(100):
        listener.executor.spin_once(timeout_sec=0.0)


def test_video_values_stamps_frame_and_clean_end(
    listener: Listener, start_camera: StartCamera, video: Path
) -> None:
    images = listener.subscribe(Image)
    process = start_camera(source__uri=video, frame_id='front')
    heard_until_end(listener, process)
    code, text = end_of(process)
    assert code == 0
    assert_in_step(images, 40e6, list(range(15)), text)
    assert {image.header.frame_id for image in images} == {'front'}
    assert {(image.encoding, image.width, image.height, image.step) for image in images} == {
        ('bgr8', 64, 48, 192)
    }
    age_ns = np.array(listener.sent_ns) - [stamp_ns(image) for image in images]
    assert age_ns.min() >= 0  # never from the future
    # The frame that a busy machine holds up is late, but those behind it are skipped until they
    # are on time; low, as two may be all that come.
    assert median_low(age_ns) < 80e6


def test_folder_at_a_rate_with_selection_flip_and_rotation(
    listener: Listener, start_camera: StartCamera, folder: Path
) -> None:
    images = listener.subscribe(Image)
    process = start_camera(
        source__uri=folder,
        source__rate_hz=20,  # an integer, as YAML files say
        source__frame_step=2,
        source__last_frame=6,
        source__flip='horizontal',
        source__rotate=90,
    )
    heard_until_end(listener, process)
    code, text = end_of(process)
    assert code == 0
    assert_in_step(images, 50e6, [0, 2, 4, 6], text)
    first = image_from_msg(images[0])
    assert first.shape == (64, 48, 3)
    assert (first[0, 0] == 255).all()  # flip, then rotation: together a transposition


def test_loop_goes_on_in_step_until_ctrl_c(
    listener: Listener, start_camera: StartCamera, folder: Path
) -> None:
    images = listener.subscribe(Image)
    diagnostics = listener.subscribe(DiagnosticArray, '/diagnostics')
    process = start_camera(
        program=PATIENT_PROGRAM,
        source__uri=folder,
        source__rate_hz=20.0,
        source__loop=True,
        diagnostics__period_sec=0.1,
    )
    listener.spin_until(lambda: len(images) >= 20)
    listener.spin_until(lambda: any('plays' in one.status[1].message for one in diagnostics))
    process.send_signal(signal.SIGINT)
    code, text = end_of(process)
    assert code == 0
    frames, source = next(one for one in diagnostics if 'plays' in one.status[1].message).status
    assert (frames.name, source.name) == ('/camera_node: frames', '/camera_node: source')
    assert source.message == f"plays '{folder}'"
    assert {item.key: item.value for item in source.values}['image_topic'] == '/image'
    listener.spin_until(lambda: diagnostics[-1].status[0].message == 'stopped')
    # Every frame has its place on one grid of 50 ms, across the seams too.
    places = [round((stamp_ns(image) - stamp_ns(images[0])) / 50e6) for image in images]
    first = level_of(images[0])  # not 0 if a busy machine skipped that
    assert [level_of(image) for image in images] == [(first + place) % 8 for place in places]
    skipped = sum(map(int, re.findall(r'\(skipped (\d+)\)', text)))
    assert places[-1] < len(images) + skipped
    offsets_ns = [stamp_ns(image) - stamp_ns(images[0]) for image in images]
    np.testing.assert_allclose(offsets_ns, np.array(places) * 50e6, atol=1e3)


def test_compressed_and_camera_info_share_the_header(
    listener: Listener, start_camera: StartCamera, video: Path, tmp_path: Path
) -> None:
    calibration = tmp_path / 'camera.yaml'
    calibration.write_text(CALIBRATION)
    images = listener.subscribe(Image, '/cam/image_raw')
    compressed = listener.subscribe(CompressedImage, '/cam/image_raw/compressed')
    infos = listener.subscribe(CameraInfo, '/cam/camera_info')
    process = start_camera(
        '-r', '__ns:=/elsewhere', '-r', 'image:=/cam/image_raw',
        source__uri=video, source__loop=True, calibration_file=calibration,
        publish__compressed=True,
    )  # fmt: skip

    def common() -> set[int]:
        stamps = ({stamp_ns(one) for one in topic} for topic in (images, compressed, infos))
        return set.intersection(*stamps)

    # Three topics are discovered one after the other; what all have heard must agree.
    listener.spin_until(lambda: len(common()) >= 5)
    process.send_signal(signal.SIGINT)
    assert end_of(process)[0] == 0
    raw, jpeg = ({stamp_ns(m): level_of(m) for m in topic} for topic in (images, compressed))
    assert all(raw[stamp] == jpeg[stamp] for stamp in common())
    info = infos[-1]
    assert info.header.frame_id == 'camera_optical_frame'
    assert (info.width, info.height, info.distortion_model) == (64, 48, 'plumb_bob')
    assert info.k.tolist() == [50, 0, 32, 0, 51, 24, 0, 0, 1]
    assert info.p.tolist() == [50, 0, 32, 0, 0, 51, 24, 0, 0, 0, 1, 0]
    assert info.d == array('d', [0.1, 0, 0, 0, 0])


def test_recording_waits_for_a_subscriber_of_its_images(
    listener: Listener, start_camera: StartCamera, video: Path, tmp_path: Path
) -> None:
    calibration = tmp_path / 'camera.yaml'
    calibration.write_text(CALIBRATION)
    infos = listener.subscribe(CameraInfo, 'camera_info')
    process = start_camera(source__uri=video, calibration_file=calibration)
    listener.spin_until(lambda: listener.node.count_publishers('camera_info') > 0)
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        listener.executor.spin_once(timeout_sec=0.05)
    assert not infos
    images = listener.subscribe(Image)
    heard_until_end(listener, process)
    assert end_of(process)[0] == 0
    assert images
    assert infos


def test_bad_image_of_a_folder_is_counted_and_the_rest_published(
    listener: Listener, start_camera: StartCamera, folder: Path
) -> None:
    (folder / '3.png').write_bytes(b'damaged')
    images = listener.subscribe(Image)
    process = start_camera(source__uri=folder, source__rate_hz=20.0)
    heard_until_end(listener, process)
    code, text = end_of(process)
    assert code == 0
    assert_in_step(images, 50e6, [0, 1, 2, 4, 5, 6, 7], text, bad=1)
    assert "3.png': the image cannot be decoded" in text
    assert f'frames: 8 received, {len(images)} processed, ' in text
    assert 'invalid 1' in text


def test_video_that_ends_in_the_middle_is_reported(
    start_camera: StartCamera, video: Path
) -> None:
    data = video.read_bytes()
    video.write_bytes(data[: len(data) * 8 // 10])  # behind the header, which is half of it
    code, text = end_of(start_camera(source__uri=video, source__rate_hz=200.0, wait=0.0))
    assert code == 0
    assert 'ends early, after' in text


# What is wrong, parameters, what the one line on stderr must say.
FAILURES: list[tuple[str, dict[str, object], str]] = [
    ('no source', {}, "'source.uri' is empty"),
    ('camera that is not there', {'source__uri': 97}, "'/dev/video97' does not exist"),
    ('file that is not there', {'source__uri': '/nowhere/x.mp4'}, "'/nowhere/x.mp4' does not"),
    ('rate out of range', {'source__rate_hz': -1}, "'source.rate_hz' is -1.0, expected 0.0"),
    ('rotation', {'source__rotate': 45}, "'source.rotate' is 45, expected one of"),
    ('calibration', {'calibration_file': '/nowhere/c.yaml'}, "'/nowhere/c.yaml' cannot be read"),
    ('first frame', {'source__first_frame': 15}, 'before the first frame wanted, 15'),
]


@pytest.mark.parametrize(
    ('parameters', 'text'), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES]
)
def test_failure_ends_with_exit_code_1_and_one_line(
    start_camera: StartCamera, video: Path, parameters: dict[str, object], text: str
) -> None:
    if parameters and 'source__uri' not in parameters:
        parameters = parameters | {'source__uri': video}
    code, stderr = end_of(start_camera(wait=0.0, **parameters))
    lines = [line for line in stderr.splitlines() if line.startswith('camera_node: ')]
    assert code == 1
    assert len(lines) == 1
    assert text in lines[0]


def test_calibration_of_another_size_ends_with_exit_code_1(
    start_camera: StartCamera, video: Path, tmp_path: Path
) -> None:
    calibration = tmp_path / 'camera.yaml'
    calibration.write_text(CALIBRATION.replace('64', '640'))
    code, text = end_of(
        start_camera(source__uri=video, calibration_file=calibration, wait=0.0)
    )
    assert code == 1
    assert 'for images of 640x48, but those published' in text


def test_folder_without_one_good_image_ends_with_exit_code_1(
    start_camera: StartCamera, tmp_path: Path
) -> None:
    (tmp_path / 'a.png').write_bytes(b'damaged')
    code, text = end_of(start_camera(source__uri=tmp_path, wait=0.0))
    assert code == 1
    assert 'no frame of' in text


class IpCamera(ThreadingHTTPServer):
    """A camera on the network: JPEG after JPEG, 50 a second, until its cable is pulled."""

    def __init__(self) -> None:
        super().__init__(('127.0.0.1', 0), IpCameraAnswer)
        self.unplugged = threading.Event()
        self.url = f'http://127.0.0.1:{self.server_port}/video'


class IpCameraAnswer(BaseHTTPRequestHandler):
    server: IpCamera

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header('Content-Type', 'multipart/x-mixed-replace; boundary=frame')
        self.end_headers()
        jpeg = cv2.imencode('.jpg', grey_of(3))[1].tobytes()
        head = f'--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n'
        while not self.server.unplugged.wait(0.02):
            self.wfile.write(head.encode() + jpeg + b'\r\n')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def ip_camera() -> Iterator[IpCamera]:
    with IpCamera() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.unplugged.set()
        server.shutdown()
        thread.join()


@pytest.mark.parametrize('rate_hz', [0.0, 10.0])
def test_stream_is_published_as_it_comes_and_its_loss_is_a_failure(
    listener: Listener, start_camera: StartCamera, ip_camera: IpCamera, rate_hz: float
) -> None:
    images = listener.subscribe(Image)
    process = start_camera(source__uri=ip_camera.url, source__rate_hz=rate_hz)
    listener.spin_until(lambda: len(images) >= 10)
    ip_camera.unplugged.set()
    heard_until_end(listener, process)
    code, text = end_of(process)
    assert code == 1
    assert 'stopped delivering frames' in text
    stamps = np.array([stamp_ns(image) for image in images])
    age_ns = np.array(listener.sent_ns) - stamps
    assert age_ns.min() >= 0
    assert np.median(age_ns) < 200e6
    assert (np.diff(stamps) > 0).all()
    assert level_of(images[-1]) == 3
    if rate_hz:  # 50 come in a second
        assert np.median(np.diff(stamps)) == pytest.approx(100e6, rel=0.3)


def test_recording_follows_the_simulated_clock(
    listener: Listener, start_camera: StartCamera, folder: Path
) -> None:
    images = listener.subscribe(Image)
    clock = listener.node.create_publisher(Clock, '/clock', 10)
    # By the wall clock this would take 140 s, longer than the test waits.
    process = start_camera(source__uri=folder, source__rate_hz=0.05, use_sim_time=True)
    simulated_ns = 1_000_000_000_000

    def advance() -> None:
        # A thousand times as fast as the wall clock, but soon after a frame is due it waits for
        # it: however busy the machine, none is skipped.
        nonlocal simulated_ns
        if images and simulated_ns < stamp_ns(images[-1]) + 30_000_000_000:
            simulated_ns += 2_000_000_000
        clock.publish(Clock(clock=Time(nanoseconds=simulated_ns).to_msg()))

    timer = listener.node.create_timer(0.002, advance)
    heard_until_end(listener, process)
    timer.cancel()
    code, text = end_of(process)
    assert code == 0, text
    assert [level_of(image) for image in images] == list(range(8))
    assert_in_step(images, 20e9, list(range(8)), text)
    assert stamp_ns(images[0]) == 1000e9


def test_second_ctrl_c_changes_nothing(
    listener: Listener, start_camera: StartCamera, folder: Path
) -> None:
    images = listener.subscribe(Image)
    process = start_camera(program=PATIENT_PROGRAM, source__uri=folder, source__loop=True)
    listener.spin_until(lambda: len(images) > 0)
    while process.poll() is None:  # up to the very end of the process
        process.send_signal(signal.SIGINT)
        time.sleep(0.005)
    assert end_of(process)[0] == 0


def test_frame_that_cannot_be_published_at_the_end_is_not_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cv2.imwrite(str(tmp_path / 'grey.png'), grey_of(1))
    publishing, ended = threading.Event(), threading.Event()

    def publish(*_: Any) -> None:
        publishing.set()
        ended.wait(10.0)
        raise RuntimeError('the publisher is destroyed')

    monkeypatch.setattr(FramePublisher, 'publish', publish)
    rclpy.init()
    try:
        # At this rate no hiccup of the machine is long enough for the frame to be skipped.
        options = ('-p', f'source.uri:={tmp_path}', '-p', 'source.rate_hz:=0.1')
        node = CameraNode(Surroundings(('--ros-args', *options)))
        assert publishing.wait(10.0)
        player = next(one for one in threading.enumerate() if one.name == 'player')
        node.destroy_node()
        ended.set()
        player.join(10.0)
        assert not node.finished.done()
    finally:
        rclpy.try_shutdown()
