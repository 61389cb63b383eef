# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
run_all: several nodes in one process, which share the images.

    run_all NODE [--ros-args ARGUMENTS --] [NODE [--ros-args ARGUMENTS --]] ...

ROS arguments behind a name are that node's, all others the whole process's::

    run_all camera_node --ros-args -p source.uri:=clip.mp4 -r image:=/camera/image --
            pose_node --ros-args -r __ns:=/people -r image:=/camera/image --

A node may be named several times, with different namespaces. A camera whose recording has ended
leaves; an error of one node ends all of them with exit code 1. Nodes:

"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
import importlib
import sys

from rclpy.executors import ExternalShutdownException
from rclpy.node import Node

from openpose_ros.nodes.frame_store import FrameStore
from openpose_ros.nodes.managed_node import ManagedNode
from openpose_ros.nodes.process_images import ProcessImages
from openpose_ros.nodes.run_all_arguments import ChosenNode
from openpose_ros.nodes.run_all_arguments import CommandLine
from openpose_ros.nodes.run_all_arguments import split_command_line
from openpose_ros.nodes.running import build_node
from openpose_ros.nodes.running import NodeError
from openpose_ros.nodes.running import run_program
from openpose_ros.nodes.running import spin
from openpose_ros.nodes.running import StopFlag
from openpose_ros.nodes.surroundings import Surroundings

NAME = 'run_all'
# Imported only if it is chosen: networks and pictures need libraries that take their time.
CLASSES = {
    'camera_node': 'CameraNode',
    'pose_node': 'PoseNode',
    'face_hand_node': 'FaceHandNode',
    'visualization_node': 'VisualizationNode',
    'triangulation_node': 'TriangulationNode',
    'detection_bridge_node': 'DetectionBridgeNode',
    'hri_bridge_node': 'HriBridgeNode',
    'pose_bridge_node': 'PoseBridgeNode',
}
_WAIT_SEC = 0.1


def _run(line: CommandLine, stopped: StopFlag) -> None:
    """Run the nodes, each in a thread of its own, until one fails or all have ended."""
    images = ProcessImages(stopped)
    # What shares nothing is spared the way through the store.
    frames = images.store if len(line.nodes) > 1 else None
    try:
        _spin_all(_build_all(line, frames, stopped), images, stopped)
    finally:
        images.close()


def _build_all(
    line: CommandLine, frames: FrameStore | None, stopped: StopFlag
) -> list[tuple[str, Node]]:
    """Return all nodes before one starts: nobody subscribes to what a camera among them gives."""
    nodes: list[tuple[str, Node]] = []
    try:
        for chosen in line.nodes:
            if stopped.is_set():
                break
            surroundings = Surroundings(chosen.cli_args, frames, chosen.overrides)
            nodes.append((chosen.label, _build(chosen, surroundings)))
            _check_name(nodes)
    except BaseException:
        for _, node in nodes:
            node.destroy_node()
        raise
    return nodes


def _spin_all(
    nodes: list[tuple[str, Node]], images: ProcessImages, stopped: StopFlag
) -> None:
    failures: list[BaseException] = []
    with ThreadPoolExecutor(max(len(nodes), 1), thread_name_prefix='node') as pool:
        lives = [pool.submit(_live, label, node, stopped, failures) for label, node in nodes]
        try:
            while not stopped.is_set() and not all(life.done() for life in lives):
                images.spin_once(_WAIT_SEC)
        finally:
            stopped.set()
    if failures:
        raise failures[0]


def _check_name(nodes: list[tuple[str, Node]]) -> None:
    """Refuse a node with the name of another one: both would publish on the same topics."""
    *others, name = [node.get_fully_qualified_name() for _, node in nodes]
    if name in others:
        raise NodeError(
            f"two nodes are named '{name}', expected another namespace for one of them, "
            "'--ros-args -r __ns:=/NAMESPACE --'"
        )


def _build(chosen: ChosenNode, surroundings: Surroundings) -> Node:
    module = importlib.import_module(f'openpose_ros.nodes.{chosen.name}')
    node_class = getattr(module, CLASSES[chosen.name])
    try:
        return build_node(partial(node_class, surroundings))
    except NodeError as error:
        raise NodeError(f'{chosen.label}: {error}') from error
    except RuntimeError as error:  # what rcl says of its arguments
        raise NodeError(f'{chosen.label}: its arguments are wrong: {error}') from error


def _live(
    label: str, node: Node, stopped: StopFlag, failures: list[BaseException]
) -> None:
    """Start a node, run it and destroy it; an error ends the other ones, too."""
    try:
        try:
            if isinstance(node, ManagedNode) and not stopped.is_set():
                node.start()
            spin(node, stopped)
        finally:
            node.destroy_node()
    except ExternalShutdownException:
        pass
    except NodeError as error:
        failures.append(NodeError(f'{label}: {error}'))
    except Exception as error:  # noqa: BLE001 - raised again by the main thread
        failures.append(error)
    finally:
        if failures:
            stopped.set()


def main(args: list[str] | None = None) -> int:
    """
    Run the nodes of a command line.

    :param args: Command line with the program's name; that of the process if ``None``.
    :return: Exit code.
    """
    words = (sys.argv if args is None else args)[1:]
    if {'-h', '--help'} & set(words):
        print((__doc__ or '').strip(), '', *(f'    {name}' for name in CLASSES), sep='\n')
        return 0
    try:
        line = split_command_line(words, CLASSES)
    except ValueError as error:
        print(f'{NAME}: {error}', file=sys.stderr)
        return 1
    return run_program(NAME, lambda stopped: _run(line, stopped), [NAME, *line.process])


if __name__ == '__main__':
    sys.exit(main())
