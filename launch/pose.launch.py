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

from openpose_ros.nodes.dds_profile import dds_profile_variables

CONFIG = PathJoinSubstitution([FindPackageShare('openpose_ros'), 'config'])
PARTS = dict.fromkeys(('face', 'hands', 'feet'), ['true', 'false'])
ARGUMENTS = {
    'image': ('/camera/image_raw', 'Image topic, from the root.'),
    'model': ('', 'Model name or path of its YAML file; empty: as the parameter file says.'),
    'provider': ('', 'cpu, cuda, tensorrt, ...; empty: as the parameter file says.'),
    **dict.fromkeys(PARTS, ('false', 'Starts face_hand_node, which finds these, too.')),
    'source': ('', 'Image, folder, video, camera number or URL to publish; empty: nothing.'),
    'params_file': ('', 'For all nodes, over their files in config/.'),
    'namespace': ('people', 'Namespace of the results.'),
    'log_level': ('info', 'debug, info, warn, error or fatal.'),
}


def nodes(context: LaunchContext) -> list[Node]:
    """Return the nodes; what is given on the command line overrides the parameter files."""
    value = {name: context.launch_configurations[name] for name in ARGUMENTS}
    model = [{'model.name': value['model']}] if value['model'] else []
    provider = [{'inference.providers': value['provider']}] if value['provider'] else []
    parts = {f'face_hand.{part}': value[part] == 'true' for part in PARTS}
    started = [('pose_node', value['namespace'], [*model, *provider])]
    if any(parts.values()):
        started.append(('face_hand_node', value['namespace'], [*provider, parts]))
    if value['source']:  # a recording waits until all have loaded their networks
        camera = {'source.uri': value['source'], 'wait_for_subscriber_sec': 30.0,
                  'wait_for_subscribers': len(started)}
        started.append(('camera_node', value['image'].rpartition('/')[0] or '/', [camera]))
    own = [value['params_file']] if value['params_file'] else []
    profile = PathJoinSubstitution([CONFIG, 'dds', 'shared_memory.xml'])
    return [Node(package='openpose_ros', executable=name, name=name, namespace=space,
                 parameters=[PathJoinSubstitution([CONFIG, f'{name}.yaml']), *own, *given],
                 additional_env=dict.fromkeys(dds_profile_variables(context.environment), profile),
                 ros_arguments=['--log-level', value['log_level']], output='screen',
                 remappings=[('image', value['image'])]) for name, space, given in started]


def generate_launch_description() -> LaunchDescription:
    """Return what ``ros2 launch openpose_ros pose.launch.py`` starts."""
    declared = [DeclareLaunchArgument(name, default_value=value, choices=PARTS.get(name),
                description=text) for name, (value, text) in ARGUMENTS.items()]
    return LaunchDescription([*declared, OpaqueFunction(function=nodes)])
