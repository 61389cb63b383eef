# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The people in the images of a topic; with ``source:=`` a camera_node publishes that topic."""

from __future__ import annotations

from launch import LaunchContext
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from launch.actions import OpaqueFunction
from launch.substitutions import LaunchConfiguration
from launch.substitutions import PathJoinSubstitution
from launch_ros.actions import Node
from launch_ros.substitutions import FindPackageShare

CONFIG = PathJoinSubstitution([FindPackageShare('openpose_ros'), 'config'])
ARGUMENTS = {
    'image': ('/camera/image_raw', 'Image topic, from the root.'),
    'model': ('', 'Model name or path of its YAML file; empty: as the parameter file says.'),
    'provider': ('', 'cpu, cuda, tensorrt, ...; empty: as the parameter file says.'),
    'source': ('', 'Image, folder, video, camera number or URL to publish; empty: nothing.'),
    'params_file': (PathJoinSubstitution([CONFIG, 'pose_node.yaml']), 'For both nodes.'),
    'namespace': ('people', 'Namespace of the results.'),
    'log_level': ('info', 'debug, info, warn, error or fatal.'),
}


def dds_profile(context: LaunchContext) -> dict[str, PathJoinSubstitution]:
    """Return the variable that makes room for raw images, unless the user has set one."""
    old, new = 'FASTRTPS_DEFAULT_PROFILES_FILE', 'FASTDDS_DEFAULT_PROFILES_FILE'
    if {old, new, 'FASTDDS_BUILTIN_TRANSPORTS'} & set(context.environment):
        return {}
    is_old = context.environment.get('ROS_DISTRO') in ('humble', 'iron', 'jazzy')
    return {old if is_old else new: PathJoinSubstitution([CONFIG, 'dds', 'shared_memory.xml'])}


def nodes(context: LaunchContext) -> list[Node]:
    """Return the nodes; what is given on the command line overrides the parameter file."""
    value = {name: LaunchConfiguration(name).perform(context) for name in ARGUMENTS}
    pose = {'model.name': value['model'], 'inference.providers': value['provider']}
    # A recording waits until pose_node has loaded its network.
    camera = {'source.uri': value['source'], 'wait_for_subscriber_sec': 30.0}
    common = {'package': 'openpose_ros', 'output': 'screen',
              'remappings': [('image', value['image'])], 'additional_env': dds_profile(context),
              'ros_arguments': ['--log-level', value['log_level']]}
    given = [{name: text} for name, text in pose.items() if text]
    found = [Node(executable='pose_node', name='pose_node', namespace=value['namespace'],
                  parameters=[value['params_file'], *given], **common)]
    if value['source']:
        found.append(Node(executable='camera_node', name='camera_node',
                          namespace=value['image'].rpartition('/')[0] or '/',  # of the camera
                          parameters=[value['params_file'], camera], **common))
    return found


def generate_launch_description() -> LaunchDescription:
    """Return what ``ros2 launch openpose_ros pose.launch.py`` starts."""
    declared = [DeclareLaunchArgument(name, default_value=default, description=text)
                for name, (default, text) in ARGUMENTS.items()]
    return LaunchDescription([*declared, OpaqueFunction(function=nodes)])
