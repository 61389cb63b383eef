# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The people in the images of a topic; ``face:=true`` and others add to it, see below."""

from __future__ import annotations

from launch import LaunchContext
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from launch.actions import OpaqueFunction
from launch.substitutions import PathJoinSubstitution
from launch_ros.actions import Node
from launch_ros.substitutions import FindPackageShare

from openpose_ros.nodes.image_nodes import image_nodes
from openpose_ros.nodes.image_nodes import PARTS
from openpose_ros.nodes.launched_processes import launched_processes
from openpose_ros.nodes.planned_node import choices_of
from openpose_ros.nodes.planned_node import COMMON_ARGUMENTS
from openpose_ros.nodes.planned_node import from_root

CONFIG = PathJoinSubstitution([FindPackageShare('openpose_ros'), 'config'])
ARGUMENTS = {
    'image': ('/camera/image_raw', 'Image topic, from the root.'),
    'model': ('', 'Model name or path of its YAML file; empty: as the parameter file says.'),
    'provider': ('', 'cpu, cuda, tensorrt, ...; empty: as the parameter file says.'),
    **dict.fromkeys(PARTS, ('false', 'Starts face_hand_node, which finds these, too.')),
    'source': ('', 'Image, folder, video, camera number or URL to publish; empty: nothing.'),
    'overlay': ('false', 'Starts visualization_node, which draws the people on their images.'),
    'namespace': ('people', 'Namespace of the results.'),
    **COMMON_ARGUMENTS,
}


def nodes(context: LaunchContext) -> list[Node]:
    """Return the nodes; what is given on the command line overrides the parameter files."""
    value = {name: context.launch_configurations[name] for name in ARGUMENTS}
    pushed = context.launch_configurations.get('ros_namespace', '')
    space = from_root(value['namespace'], pushed).rstrip('/')
    view = PathJoinSubstitution([CONFIG, 'rviz', 'openpose.rviz'])
    rviz = Node(package='rviz2', executable='rviz2', arguments=['-d', view], output='screen',
                parameters=[{'use_sim_time': value['use_sim_time'] == 'true'}],
                remappings=[(f'/people/{topic}', f'{space}/{topic}')
                            for topic in ('overlay', 'image_markers')])
    started = image_nodes(value)
    ours = [Node(**process) for process in launched_processes(
        started, value, config=CONFIG.perform(context), environment=context.environment,
        pushed=pushed)]
    return [*ours, rviz] if value['rviz'] == 'true' else ours


def generate_launch_description() -> LaunchDescription:
    """Return what ``ros2 launch openpose_ros pose.launch.py`` starts."""
    return LaunchDescription([
        *(DeclareLaunchArgument(name, default_value=value, description=text,
                                choices=choices_of(value))
          for name, (value, text) in ARGUMENTS.items()), OpaqueFunction(function=nodes)])
