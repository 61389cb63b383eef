# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Renders the parameter tables of the documentation from the parameter groups.

``python -m openpose_ros.nodes.parameter_docs --write README.md docs/parameters.md`` replaces what
stands between ``<!-- parameters of NODE -->`` and ``<!-- end of parameters -->``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path
import re
import sys

from openpose_ros.nodes.camera_parameters import CAMERA_GROUPS
from openpose_ros.nodes.detection_bridge_node import GROUPS as DETECTION_BRIDGE_GROUPS
from openpose_ros.nodes.face_hand_parameters import FACE_HAND_GROUPS
from openpose_ros.nodes.hri_bridge_node import GROUPS as HRI_BRIDGE_GROUPS
from openpose_ros.nodes.managed_node import LifecycleParameters
from openpose_ros.nodes.pose_bridge_node import GROUPS as POSE_BRIDGE_GROUPS
from openpose_ros.nodes.pose_parameters import GROUPS
from openpose_ros.nodes.triangulation_parameters import TRIANGULATION_GROUPS
from openpose_ros.nodes.viewer_node import GROUPS as VIEWER_GROUPS
from openpose_ros.nodes.visualization_parameters import VISUALIZATION_GROUPS
from openpose_ros.parameters import ParameterGroup
from openpose_ros.parameters import ParameterInfo
from openpose_ros.parameters import Value

Groups = tuple[type[ParameterGroup], ...]

NODE_GROUPS: dict[str, Groups] = {
    'pose_node': GROUPS,
    'face_hand_node': FACE_HAND_GROUPS,
    'triangulation_node': TRIANGULATION_GROUPS,
    'visualization_node': VISUALIZATION_GROUPS,
    'camera_node': CAMERA_GROUPS,
    'viewer_node': VIEWER_GROUPS,
    'detection_bridge_node': DETECTION_BRIDGE_GROUPS,
    'hri_bridge_node': HRI_BRIDGE_GROUPS,
    'pose_bridge_node': POSE_BRIDGE_GROUPS,
}
_SECTION = re.compile(
    r'(?P<start><!-- parameters of (?P<node>\w+) -->\n).*?(?P<end><!-- end of parameters -->)',
    re.DOTALL,
)
_HEADER = (
    '| name | type | default | allowed | change | description |\n'
    '| --- | --- | --- | --- | --- | --- |\n'
)


def parameter_table(groups: Iterable[type[ParameterGroup]]) -> str:
    """
    Return the parameters of a node as a Markdown table.

    :param groups: The node's parameter groups.
    """
    groups = tuple(groups)
    fixed = 'unconfigured' if LifecycleParameters in groups else 'start'
    return _HEADER + ''.join(
        _row(info, fixed) for group in groups for info in group.infos()
    )


def with_tables(text: str) -> str:
    """
    Return a document with its tables renewed.

    :param text: Markdown with marked sections.
    :raises ValueError: If there is no section, or one of an unknown node.
    """
    nodes = [match['node'] for match in _SECTION.finditer(text)]
    if not nodes:
        raise ValueError("no section, expected '<!-- parameters of NODE -->' and its end")
    unknown = [node for node in nodes if node not in NODE_GROUPS]
    if unknown:
        raise ValueError(f"unknown node '{unknown[0]}', expected one of {', '.join(NODE_GROUPS)}")
    return _SECTION.sub(
        lambda match: match['start'] + parameter_table(NODE_GROUPS[match['node']]) + match['end'],
        text,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Renew the tables of documents.

    :param arguments: Command line; that of the process if ``None``.
    :return: Exit code: 0 done, 1 a document is wrong, 2 wrong arguments.
    """
    parser = argparse.ArgumentParser(prog='parameter_docs', description=__doc__)
    parser.add_argument('--write', nargs='+', type=Path, required=True, metavar='FILE')
    for path in parser.parse_args(arguments).write:
        try:
            path.write_text(with_tables(path.read_text(encoding='utf-8')), encoding='utf-8')
        except (OSError, ValueError) as error:
            print(f'parameter_docs: {path}: {error}', file=sys.stderr)
            return 1
    return 0


def _row(info: ParameterInfo, fixed: str) -> str:
    cells = (
        f'`{info.name}`',
        info.type_name(),
        f'`{_value_text(info.default)}`',
        info.range_text(),
        'live' if info.dynamic else fixed,
        info.description,
    )
    return '| ' + ' | '.join(cell.replace('|', '\\|') for cell in cells) + ' |\n'


def _value_text(value: Value) -> str:
    """Return a default as a parameter file says it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return '[' + ', '.join(value) + ']'
    return '""' if value == '' else str(value)


if __name__ == '__main__':
    sys.exit(main())
