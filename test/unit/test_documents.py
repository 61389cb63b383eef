# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the documentation refers to exists."""

from __future__ import annotations

from pathlib import Path
import re

import pytest

from openpose_ros.nodes.planned_node import COMMON_ARGUMENTS

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / 'README.md',
    ROOT / 'QUALITY_DECLARATION.md',
    ROOT / 'models' / 'README.md',
    *sorted((ROOT / 'docs').glob('*.md')),
]


def pages(test: object) -> object:
    return pytest.mark.parametrize('path', PAGES, ids=lambda path: str(path.relative_to(ROOT)))(
        test
    )


@pages
def test_links_lead_to_files_and_headings(path: Path) -> None:
    for name, heading in re.findall(r'\]\(([^)#\s]*)(?:#([\w-]+))?\)', path.read_text()):
        if '://' in name:
            continue
        target = path.parent / name if name else path
        assert target.exists(), name
        if heading:
            titles = re.findall(r'^#+ (.*)$', target.read_text(), re.MULTILINE)
            assert heading in [title.lower().replace(' ', '-') for title in titles]


@pages
def test_modules_and_make_targets_exist(path: Path) -> None:
    text = path.read_text()
    for name in re.findall(r'python -m openpose_ros\.([a-z_.]+)\b', text):
        module = ROOT / 'openpose_ros' / name.replace('.', '/')
        assert module.is_dir() or module.with_suffix('.py').is_file(), name
    targets = re.findall(r'^([a-z0-9]+):', (ROOT / 'Makefile').read_text(), re.MULTILINE)
    for name in re.findall(r'(?:^|`)make ([a-z0-9]+)', text, re.MULTILINE):
        assert name in targets, name


@pages
def test_files_in_backticks_exist(path: Path) -> None:
    for name in re.findall(r'`((?:[a-z0-9_]+/)+[a-z0-9_.]+\.(?:py|yaml|xml|txt|in|jpg|cmake))`',
                           path.read_text()):
        assert (ROOT / name).exists() or (ROOT / 'openpose_ros' / name).exists(), name


def test_every_launch_argument_is_in_the_readme() -> None:
    launch = (ROOT / 'launch' / 'pose.launch.py').read_text()
    arguments = re.findall(r"^    '(\w+)': \(", launch, re.MULTILINE)
    readme = (ROOT / 'README.md').read_text()
    assert len(arguments) == 6
    arguments += ['face', 'hands', 'feet', *COMMON_ARGUMENTS]
    assert [name for name in arguments if f'| `{name}` |' not in readme] == []
