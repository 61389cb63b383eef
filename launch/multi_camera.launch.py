# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People in space, from the cameras that a rig file names."""

from __future__ import annotations

import time

from launch import LaunchContext
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from launch.actions import OpaqueFunction
from launch.substitutions import PathJoinSubstitution
from launch_ros.actions import Node
from launch_ros.substitutions import FindPackageShare

from openpose_ros.io.rig_file import read_rig
from openpose_ros.nodes.launched_processes import launched_processes
from openpose_ros.nodes.planned_node import choices_of
from openpose_ros.nodes.planned_node import COMMON_ARGUMENTS
from openpose_ros.nodes.rig_nodes import rig_nodes

CONFIG = PathJoinSubstitution([FindPackageShare('openpose_ros'), 'config'])
ARGUMENTS = {
    'rig': (PathJoinSubstitution([CONFIG, 'cameras', 'rig.yaml']), 'File that names the cameras.'),
    'start_delay_sec': ('15.0', 'Seconds until recordings start, together: when all nodes run.'),
    'namespace': ('people', "Namespace of the results, and within each camera's of its own."),
    **COMMON_ARGUMENTS,
}


def nodes(context: LaunchContext) -> list[Node]:
    """Return the nodes of each camera, those for all of them behind."""
    value = {name: context.launch_configurations[name] for name in ARGUMENTS}
    started = rig_nodes(read_rig(value['rig']), value, time.time())
    view = PathJoinSubstitution([CONFIG, 'rviz', 'multi_camera.rviz'])
    space = started[-1].namespace.rstrip('/')
    rviz = Node(package='rviz2', executable='rviz2', arguments=['-d', view], output='screen',
                parameters=[{'use_sim_time': value['use_sim_time'] == 'true'}],
                remappings=[(f'/people/{topic}', f'{space}/{topic}')
                            for topic in ('markers', 'points')])
    ours = [Node(**process) for process in launched_processes(
        started, value, config=CONFIG.perform(context), environment=context.environment)]
    return [*ours, rviz] if value['rviz'] == 'true' else ours


def generate_launch_description() -> LaunchDescription:
    """Return what ``ros2 launch openpose_ros multi_camera.launch.py rig:=FILE`` starts."""
    return LaunchDescription([
        *(DeclareLaunchArgument(name, default_value=default, description=text,
                                choices=choices_of(default))
          for name, (default, text) in ARGUMENTS.items()), OpaqueFunction(function=nodes)])
