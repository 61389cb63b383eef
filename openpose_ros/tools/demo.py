# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The whole chain on a real video: camera_node, pose_node, face_hand_node and viewer_node.

``python -m openpose_ros.tools.demo`` plays the demonstration video of the sports2d package (BSD
licence, fetched with pip) and ends by itself.
"""

from __future__ import annotations

import argparse
from pathlib import Path
import signal
import subprocess
import sys
import time

from openpose_ros.tools.command_line import run_program
from openpose_ros.tools.demo_data import demo_video
from openpose_ros.tools.ros_environment import ros_environment

# What face_hand_node looks for unless the user says otherwise.
PARTS = {'face': True, 'hands': True, 'feet': False}
# What lets two cores follow a camera. With these the two nodes gave 4.8 frames per second and a
# latency of 354 ms, with all looks and spinning threads 4.3 and 449 ms; hands in nearly as many.
_QUICK = {'landmarks.face_looks': 1, 'landmarks.hand_looks': 1}
_QUIET = {'inference.spinning': 'false'}
_TIMEOUT_SEC = 100.0  # the demo ends within two minutes, come what may
_END_SEC = 2.0  # results on their way when the video ends
_STOP_SEC = 10.0
_POLL_SEC = 0.1


def main(arguments: list[str] | None = None) -> int:
    """
    Run the demo.

    :param arguments: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    options = _parser().parse_args(arguments)
    return run_program('demo', lambda: _play(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='demo', description=__doc__)
    parser.add_argument('--source', default='', help='another video, image or folder')
    parser.add_argument(
        '--rate', type=float, default=10.0, help='frames per second played (10; the video has 30)'
    )
    parser.add_argument('--model', default='body_mobilenet_thin', help='model name or YAML file')
    parser.add_argument('--provider', default='auto', help='cpu, cuda, tensorrt, … (auto)')
    for part, shown in PARTS.items():
        parser.add_argument(
            f'--{part}', action=argparse.BooleanOptionalAction, default=shown,
            help=f'{part}, by face_hand_node ({"shown" if shown else "not shown"})',
        )
    parser.add_argument(
        '--bodies-only', action='store_true', help='no faces, hands and feet: the fastest'
    )
    parser.add_argument('--out', default='demo_output', help='folder written (demo_output)')
    return parser


def _play(options: argparse.Namespace) -> int:
    """Start the nodes, wait for the end of the video, stop the others; the exit code."""
    video = Path(options.source) if options.source else demo_video()
    print(f'playing {video} at {options.rate:g} frames per second', flush=True)
    others = _start_consumers(options)
    camera = _start(
        'camera_node',
        **{
            'source.uri': str(video),
            'source.rate_hz': options.rate,
            'wait_for_subscriber_sec': _TIMEOUT_SEC / 4,
            'wait_for_subscribers': len(others),  # each takes the images
        },
    )
    try:
        failure = _wait_for_end(camera, others)
    finally:
        for process in (camera, *reversed(others.values())):
            _stop(process)
    if failure:
        raise ValueError(failure)
    print(f'written: {options.out}/overlay.mp4, best.png and json/')
    return 0


def _start_consumers(options: argparse.Namespace) -> dict[str, subprocess.Popen[bytes]]:
    """Start all nodes but the camera's, those first that need the others' topics."""
    wanted = {part: getattr(options, part) and not options.bodies_only for part in PARTS}
    provider = {'inference.providers': options.provider}
    others = {}
    if any(wanted.values()):
        switches = {f'face_hand.{part}': str(flag).lower() for part, flag in wanted.items()}
        others['face_hand_node'] = _start('face_hand_node', **provider, **switches, **_QUICK)
    others['viewer_node'] = _start(
        'viewer_node',
        '-r',
        f'keypoints:={"keypoints_full" if others else "keypoints"}',
        output_dir=options.out,
        video_fps=options.rate,
    )
    # Beside another busy node, threads that spin take the cores from it.
    quiet = _QUIET if 'face_hand_node' in others else {}
    others['pose_node'] = _start('pose_node', **{'model.name': options.model}, **provider, **quiet)
    return others


def _start(node: str, *words: str, **parameters: object) -> subprocess.Popen[bytes]:
    arguments = ['--ros-args', '-r', '__ns:=/people', *words]
    for name, value in parameters.items():
        arguments += ['-p', f'{name}:={value}']
    command = [sys.executable, '-m', f'openpose_ros.nodes.{node}', *arguments]
    return subprocess.Popen(command, env=ros_environment())


def _wait_for_end(
    camera: subprocess.Popen[bytes], others: dict[str, subprocess.Popen[bytes]]
) -> str:
    """Wait for the end of the video; return what went wrong, an empty text if nothing."""
    deadline = time.monotonic() + _TIMEOUT_SEC
    while camera.poll() is None:
        for name, process in others.items():
            if process.poll() is not None:
                return f'{name} ended with exit code {process.returncode}'
        if time.monotonic() > deadline:
            return f'the video has not ended after {_TIMEOUT_SEC:.0f} s'
        time.sleep(_POLL_SEC)
    time.sleep(_END_SEC)
    return f'camera_node ended with exit code {camera.returncode}' if camera.returncode else ''


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(_STOP_SEC)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == '__main__':
    sys.exit(main())
