# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""package.xml names everything that the package and its launch files import."""

from __future__ import annotations

import ast
from pathlib import Path
import sys
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / 'package.xml').read_text(encoding='utf-8')

# Key of rosdep for each library that is no ROS package, whose key is its own name.
KEYS = {
    'cv2': 'python3-opencv',
    'matplotlib': 'python3-matplotlib',
    'numpy': 'python3-numpy',
    'onnxruntime': 'python3-onnxruntime-pip',
    'rich': 'python3-rich',
    'scipy': 'python3-scipy',
    'yaml': 'python3-yaml',
}
# There is no key for these, or not in every distribution: a comment says how to get them.
WITHOUT_KEY = {'hri_msgs', 'onnx', 'pycocotools', 'rosbags', 'tomli'}


def third_party(source: str) -> set[str]:
    """Return the libraries imported anywhere in a source, functions included."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split('.')[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split('.')[0])
    return found - set(sys.stdlib_module_names) - {'openpose_ros'}


def imported() -> dict[str, str]:
    """Return a file that imports it, by library."""
    paths = [*(ROOT / 'openpose_ros').rglob('*.py'), *(ROOT / 'launch').glob('*.py')]
    return {
        library: str(path.relative_to(ROOT))
        for path in sorted(paths)
        for library in third_party(path.read_text(encoding='utf-8'))
    }


def dependencies() -> list[str]:
    """Return what package.xml says is there when the package runs."""
    package = ElementTree.fromstring(TEXT)
    return [
        str(element.text) for tag in ('depend', 'exec_depend') for element in package.iter(tag)
    ]


@pytest.mark.parametrize(('library', 'where'), sorted(imported().items()))
def test_imported_library_is_declared(library: str, where: str) -> None:
    if library in WITHOUT_KEY:
        comments = TEXT.split('<!--')[1:]
        assert any(library in one.split('-->')[0].split() for one in comments), where
    else:
        assert KEYS.get(library, library) in dependencies(), f'imported in {where}'


def test_nothing_is_declared_twice() -> None:
    assert sorted(dependencies()) == sorted(set(dependencies()))


def test_libraries_are_found_within_functions_too() -> None:
    source = 'import os\nimport a.b as c\ndef f():\n    from d.e import f\n    from . import g\n'
    assert third_party(source) == {'a', 'd'}
