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
from openpose_ros.nodes.dds_profile import dds_profile_variables
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
    own = [value['params_file']] if value['params_file'] else []
    profile = PathJoinSubstitution([CONFIG, 'dds', 'shared_memory.xml'])
    view = PathJoinSubstitution([CONFIG, 'rviz', 'multi_camera.rviz'])
    space = started[-1].namespace.rstrip('/')
    rviz = Node(package='rviz2', executable='rviz2', arguments=['-d', view], output='screen',
                parameters=[{'use_sim_time': value['use_sim_time'] == 'true'}],
                remappings=[(f'/people/{topic}', f'{space}/{topic}')
                            for topic in ('markers', 'points')])
    ours = [Node(package='openpose_ros', executable=node.executable, name=node.executable,
                 namespace=node.namespace, remappings=list(node.remappings.items()),
                 parameters=[PathJoinSubstitution([CONFIG, f'{node.executable}.yaml']), *own,
                             dict(node.parameters)],
                 additional_env=dict.fromkeys(dds_profile_variables(context.environment), profile),
                 ros_arguments=['--log-level', value['log_level']], output='screen')
            for node in started]
    return [*ours, rviz] if value['rviz'] == 'true' else ours


def generate_launch_description() -> LaunchDescription:
    """Return what ``ros2 launch openpose_ros multi_camera.launch.py rig:=FILE`` starts."""
    return LaunchDescription([
        *(DeclareLaunchArgument(name, default_value=default, description=text,
                                choices=choices_of(default))
          for name, (default, text) in ARGUMENTS.items()), OpaqueFunction(function=nodes)])
