# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Parameter files and documentation say what the groups say, and real nodes accept the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ros_peers import NodeProcess
import yaml

from openpose_ros.nodes.parameter_docs import main
from openpose_ros.nodes.parameter_docs import NODE_GROUPS
from openpose_ros.nodes.parameter_docs import parameter_table
from openpose_ros.nodes.parameter_docs import with_tables

ROOT = Path(__file__).parents[3]
PHOTO = ROOT / 'test' / 'data' / 'park.jpg'
RIG = ROOT / 'config' / 'cameras' / 'example.yaml'
DOCUMENTS = [ROOT / 'README.md', ROOT / 'docs' / 'parameters.md']
CONFIGURED = [
    'pose_node', 'face_hand_node', 'triangulation_node', 'visualization_node', 'camera_node',
]


def config(node: str) -> Path:
    return ROOT / 'config' / f'{node}.yaml'


def flat(tree: dict[str, Any], prefix: str = '') -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in tree.items():
        name = prefix + key
        values |= flat(value, f'{name}.') if isinstance(value, dict) else {name: value}
    return values


@pytest.mark.parametrize('node', CONFIGURED)
def test_parameter_file_holds_every_parameter_with_its_default(node: str) -> None:
    ((name, content),) = yaml.safe_load(config(node).read_text()).items()
    assert name == '/**'
    defaults = {
        info.name: list(info.default) if isinstance(info.default, tuple) else info.default
        for group in NODE_GROUPS[node] for info in group.infos()
    }
    found = flat(content['ros__parameters'])
    assert found == defaults
    assert [type(value) for value in found.values()] == [type(defaults[key]) for key in found]


@pytest.mark.parametrize('node', CONFIGURED)
def test_parameter_file_comments_every_value_and_marks_the_live_ones(node: str) -> None:
    live = {
        info.attribute for group in NODE_GROUPS[node] for info in group.infos() if info.dynamic
    }
    for line in config(node).read_text().splitlines():
        if ': ' in line and not line.startswith('#'):
            assert '  # ' in line, line
            if '(live)' in line:
                assert line.split(':')[0].strip() in live, line


@pytest.mark.parametrize(
    ('node', 'parameters', 'sign'),
    [
        ('pose_node', {}, "model 'body_mobilenet_thin'"),
        ('face_hand_node', {}, "models 'face_mediapipe_468, iris_mediapipe"),
        ('triangulation_node', {'calibration.file': str(RIG)}, 'cameras on /cam'),
        ('visualization_node', {}, 'draws /keypoints while'),
        ('camera_node', {'source.uri': str(PHOTO)}, 'park.jpg'),
    ],
)
def test_parameter_file_is_accepted_by_the_node(
    start_node: Callable[..., NodeProcess], node: str, parameters: dict[str, object], sign: str
) -> None:
    process = start_node(node, '--params-file', str(config(node)), **parameters)
    process.wait_for(sign)


@pytest.mark.parametrize('path', DOCUMENTS, ids=lambda path: path.name)
def test_documents_hold_the_present_tables(path: Path) -> None:
    text = path.read_text()
    assert with_tables(text) == text, (
        f'python -m openpose_ros.nodes.parameter_docs --write {path.relative_to(ROOT)}'
    )


@pytest.mark.parametrize('node', NODE_GROUPS)
def test_some_document_has_the_table_of_each_node(node: str) -> None:
    assert any(parameter_table(NODE_GROUPS[node]) in path.read_text() for path in DOCUMENTS)


def test_table_says_type_default_range_and_when_it_may_change() -> None:
    rows = parameter_table(NODE_GROUPS['pose_node']).splitlines()
    assert '| `peaks.min_score` | double | `0.05` | 0.0 .. 1.0 | live |' in '\n'.join(rows)
    assert any(row.startswith('| `inference.options` | string[] | `[]` |') for row in rows)
    assert any('| `auto` | auto, reliable, best_effort | unconfigured |' in row for row in rows)
    assert {row.count('|') for row in rows} == {7}


def test_write_renews_the_sections_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / 'page.md'
    start, end = '<!-- parameters of viewer_node -->\n', '<!-- end of parameters -->'
    path.write_text(f'before\n{start}old\n{end}\nafter\n{start}{end}\n')
    assert main(['--write', str(path)]) == 0
    table = parameter_table(NODE_GROUPS['viewer_node'])
    assert path.read_text() == f'before\n{start}{table}{end}\nafter\n{start}{table}{end}\n'


@pytest.mark.parametrize(
    ('text', 'words'),
    [
        ('nothing here', 'no section'),
        ('<!-- parameters of x -->\n<!-- end of parameters -->', "unknown node 'x'"),
    ],
)
def test_write_wrong_document_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    path = tmp_path / 'page.md'
    path.write_text(text)
    assert main(['--write', str(path)]) == 1
    assert words in capsys.readouterr().err
    assert path.read_text() == text
