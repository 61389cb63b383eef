# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People in the images of a topic, their faces and hands too if asked for; ``source:=``: a camera."""

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
PARTS = ('face', 'hands', 'feet')
ARGUMENTS = {
    'image': ('/camera/image_raw', 'Image topic, from the root.'),
    'model': ('', 'Model name or path of its YAML file; empty: as the parameter file says.'),
    'provider': ('', 'cpu, cuda, tensorrt, ...; empty: as the parameter file says.'),
    **{part: ('false', 'Starts face_hand_node, which finds these, too.') for part in PARTS},
    'source': ('', 'Image, folder, video, camera number or URL to publish; empty: nothing.'),
    'params_file': (PathJoinSubstitution([CONFIG, 'pose_node.yaml']), 'For all nodes.'),
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
    model = [{'model.name': value['model']}] if value['model'] else []
    provider = [{'inference.providers': value['provider']}] if value['provider'] else []
    parts = {f'face_hand.{part}': value[part] == 'true' for part in PARTS}

    def node(name: str, namespace: str, *parameters: dict[str, object]) -> Node:
        return Node(package='openpose_ros', executable=name, name=name, namespace=namespace,
                    parameters=[value['params_file'], *parameters], output='screen',
                    remappings=[('image', value['image'])], additional_env=dds_profile(context),
                    ros_arguments=['--log-level', value['log_level']])

    found = [node('pose_node', value['namespace'], *model, *provider)]
    if any(parts.values()):
        found.append(node('face_hand_node', value['namespace'], *provider, parts))
    if value['source']:  # a recording waits until pose_node has loaded its network
        camera = {'source.uri': value['source'], 'wait_for_subscriber_sec': 30.0}
        found.append(node('camera_node', 'camera', camera))
    return found


def generate_launch_description() -> LaunchDescription:
    """Return what ``ros2 launch openpose_ros pose.launch.py`` starts."""
    declared = [DeclareLaunchArgument(name, default_value=default, description=text,
                                      choices=['true', 'false'] if name in PARTS else None)
                for name, (default, text) in ARGUMENTS.items()]
    return LaunchDescription([*declared, OpaqueFunction(function=nodes)])
