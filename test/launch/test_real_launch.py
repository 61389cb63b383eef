# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""pose.launch.py through ROS's own launch, where that is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import signal
import subprocess
import sys

import pytest
from ros_peers import Peer

from openpose_ros.msg import PoseArray
from openpose_ros.nodes.qos import result_qos

pytest.importorskip('launch_ros', reason='launch_ros is missing; the double is tested instead')

PHOTO = Path(__file__).parents[1] / 'data' / 'park.jpg'
LAUNCH = """
import sys

from launch import LaunchDescription
from launch import LaunchService
from launch.actions import IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource

path, *arguments = sys.argv[1:]
source = PythonLaunchDescriptionSource(path)
included = IncludeLaunchDescription(
    source, launch_arguments=[tuple(word.split(':=', 1)) for word in arguments]
)
service = LaunchService(noninteractive=True)
service.include_launch_description(LaunchDescription([included]))
sys.exit(service.run())
"""


@pytest.fixture
def peer() -> Iterator[Peer]:
    one = Peer()
    yield one
    one.close()


@pytest.mark.parametrize('single_process', ['false', 'true'])
def test_real_launch_of_a_photo_gives_its_people(
    share: Path, peer: Peer, tmp_path: Path, single_process: str
) -> None:
    own = tmp_path / 'own.yaml'
    own.write_text('/**/camera_node:\n  ros__parameters:\n    source.loop: true\n')
    people = peer.hear(PoseArray, '/people/keypoints', result_qos())
    script = tmp_path / 'start.py'  # in a folder of its own: ./launch is not ROS's package
    script.write_text(LAUNCH)
    command = [
        sys.executable, script, share / 'launch' / 'pose.launch.py',
        f'source:={PHOTO}', f'params_file:={own}', 'log_level:=info',
        f'single_process:={single_process}',
    ]  # fmt: skip
    log = tmp_path / 'log'
    with log.open('w') as stream:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=stream, stderr=stream)
    try:
        peer.spin_until(lambda: people)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20.0)
    finally:
        process.kill()
    assert (people[0].image_width, people[0].image_height) == (884, 497)
    assert len(people[0].people) == 2
    assert 'Traceback' not in log.read_text()
