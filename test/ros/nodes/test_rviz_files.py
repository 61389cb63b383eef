# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The files for RViz: known classes with known properties, and topics that real nodes publish.

RViz leaves out what it does not know without an error, so that a typing mistake shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ros_peers import NodeProcess
from ros_peers import Peer
import yaml

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / 'config' / 'rviz'
FILES = sorted(FOLDER.glob('*.rviz'))
EXAMPLE = ROOT / 'config' / 'cameras' / 'example.yaml'

StartNode = Callable[..., NodeProcess]

# Plugins of rviz_default_plugins: the message type of a display, and its properties.
DISPLAYS: dict[str, tuple[str | None, set[str]]] = {
    'Axes': (None, {'Length', 'Radius', 'Reference Frame', 'Show Trail', 'Alpha'}),
    'Camera': ('sensor_msgs/msg/Image', {'Image Rendering', 'Overlay Alpha', 'Zoom Factor'}),
    'Grid': (None, {
        'Reference Frame', 'Plane Cell Count', 'Normal Cell Count', 'Cell Size', 'Line Style',
        'Color', 'Alpha', 'Plane', 'Offset',
    }),
    'Image': ('sensor_msgs/msg/Image', {
        'Normalize Range', 'Min Value', 'Max Value', 'Median window',
    }),
    'MarkerArray': ('visualization_msgs/msg/MarkerArray', {'Namespaces'}),
    'PointCloud2': ('sensor_msgs/msg/PointCloud2', {
        'Selectable', 'Style', 'Size (Pixels)', 'Size (m)', 'Alpha', 'Decay Time',
        'Position Transformer', 'Color Transformer',
    }),
    'TF': (None, {
        'Show Names', 'Show Axes', 'Show Arrows', 'Marker Scale', 'Update Interval',
        'Frame Timeout', 'Frames', 'Tree',
    }),
}  # fmt: skip
TOOLS = {
    'Interact', 'MoveCamera', 'Select', 'FocusCamera', 'Measure', 'SetInitialPose', 'SetGoal',
    'PublishPoint',
}
VIEWS = {'Orbit', 'FPS', 'XYOrbit', 'ThirdPersonFollower', 'TopDownOrtho'}
ORBIT = {
    'Distance', 'Focal Point', 'Pitch', 'Yaw', 'Target Frame', 'Near Clip Distance',
    'Focal Shape Size', 'Focal Shape Fixed Size', 'Invert Z Axis', 'Enable Stereo Rendering',
}
PANELS = {'Displays', 'Help', 'Selection', 'Time', 'Tool Properties', 'Transformation', 'Views'}
OF_ALL = {'Class', 'Name', 'Enabled', 'Value'}
POLICIES = {
    'History Policy': {'Keep Last', 'Keep All', 'System Default'},
    # Our publishers are reliable and not latched.
    'Reliability Policy': {'Reliable', 'Best Effort'},
    'Durability Policy': {'Volatile'},
}


def content(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding='utf-8')))


def manager(path: Path) -> dict[str, Any]:
    return dict(content(path)['Visualization Manager'])


def plugin(class_name: str) -> str:
    package, name = class_name.split('/')
    assert package == 'rviz_default_plugins'
    return name


def shown_topics(path: Path) -> Iterator[tuple[str, str]]:
    """Yield topic and message type of each display that has one."""
    for display in manager(path)['Displays']:
        kind, _ = DISPLAYS[plugin(display['Class'])]
        if kind is not None:
            yield display['Topic']['Value'], kind


def test_there_is_a_file_per_launch_file() -> None:
    assert [path.name for path in FILES] == ['multi_camera.rviz', 'openpose.rviz']


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.name)
def test_displays_are_known_with_all_their_properties(path: Path) -> None:
    names = set()
    for display in manager(path)['Displays']:
        kind, properties = DISPLAYS[plugin(display['Class'])]
        assert display.keys() <= OF_ALL | properties | ({'Topic'} if kind else set()), display
        assert isinstance(display['Enabled'], bool)
        names.add(display['Name'])
        if kind:
            topic = display['Topic']
            assert topic.keys() <= {'Value', 'Depth', 'Filter size', *POLICIES}
            assert topic['Value'].startswith('/') and topic['Depth'] > 0
            for policy, values in POLICIES.items():
                assert topic[policy] in values
    assert len(names) == len(manager(path)['Displays'])
    assert names


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.name)
def test_panels_tools_and_views_are_known(path: Path) -> None:
    panels = [panel['Class'] for panel in content(path)['Panels']]
    assert set(panels) <= {f'rviz_common/{name}' for name in PANELS}
    found = manager(path)
    assert {plugin(tool['Class']) for tool in found['Tools']} <= TOOLS
    view = found['Views']['Current']
    assert plugin(view['Class']) in VIEWS
    assert view.keys() <= OF_ALL | ORBIT
    assert abs(view['Pitch']) < 1.55, 'RViz stops short of straight up and down'
    options = found['Global Options']
    assert options.keys() <= {'Background Color', 'Fixed Frame', 'Frame Rate', 'Default Light'}
    assert options['Fixed Frame']


@pytest.mark.parametrize(
    ('file', 'node', 'parameters'),
    [
        ('openpose.rviz', 'visualization_node', {}),
        (
            'multi_camera.rviz', 'triangulation_node',
            {'calibration__file': str(EXAMPLE), 'publish__points': 'true'},
        ),
    ],
)
def test_topics_are_those_of_the_node_under_the_launch_files_namespace(
    start_node: StartNode, peer: Peer, file: str, node: str, parameters: dict[str, object]
) -> None:
    process = start_node(node, '-r', '__ns:=/people', **parameters)
    wanted = set(shown_topics(FOLDER / file))
    assert wanted

    def published() -> set[tuple[str, str]]:
        return {
            (topic, kind)
            for topic, kinds in peer.node.get_publisher_names_and_types_by_node(node, '/people')
            for kind in kinds
        }

    peer.spin_until(lambda: node in peer.node.get_node_names() and wanted <= published())
    assert process.interrupt() == 0
