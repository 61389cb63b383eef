# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Who may import whom, and the other rules of the style guide that a machine can check.

The layers are those of the design: imports point down only, ROS stays in ``nodes``, ONNX Runtime
in ``pose2d/engine.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
import re
import sys
from typing import TypeAlias

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / 'openpose_ros'
MODULES = sorted(
    path for path in PACKAGE.rglob('*.py') if 'msg' not in path.relative_to(PACKAGE).parts
)

BASE = {'types', 'region_types', 'types_3d', 'camera_types', 'parameters', 'skeletons', 'jpeg'}
CORE = BASE | {'networks', 'pose2d', 'pose3d', 'temporal', 'evaluation'}
MESSAGES = re.compile(r'\w+_(msgs|interfaces)$')

# Layer: the layers of the package it may import besides itself. A layer that is not named here
# may not be there.
INSIDE: dict[str, set[str]] = {
    '__init__': set(),
    'types': set(),
    'region_types': {'types'},
    'types_3d': {'types'},
    'camera_types': {'types'},
    'parameters': set(),
    'skeletons': set(),
    'jpeg': set(),
    'networks': BASE,
    'pose2d': BASE | {'networks'},
    'pose3d': BASE,
    'temporal': BASE,
    'evaluation': BASE | {'pose2d', 'pose3d'},  # judges what both give
    'io': BASE,
    'conversions': BASE,
    'tools': CORE | {'io', 'conversions'},
    'nodes': CORE | {'io', 'conversions', 'tools'},
}
# Layer: the libraries it may import besides Python's own. Tools and nodes take what they need.
NUMBERS = {'numpy', 'cv2', 'scipy'}
OUTSIDE: dict[str, set[str]] = {
    'types': {'numpy'},
    'region_types': {'numpy'},
    'types_3d': {'numpy'},
    'camera_types': {'numpy'},
    'parameters': set(),
    'jpeg': set(),
    'skeletons': {'numpy'},
    'networks': {'numpy', 'yaml'},
    'pose2d': NUMBERS,
    'pose3d': NUMBERS | {'yaml'},
    'temporal': NUMBERS,
    'evaluation': NUMBERS | {'pycocotools'},
    'io': NUMBERS | {'rosbags', 'yaml'},
    'conversions': {'numpy', 'cv2', 'cv_bridge'},
}
# Modules with a library of their own.
ALSO = {
    'pose2d/engine.py': {'onnxruntime'},
    'networks/importers/': {'onnx'},
    'pose3d/calibration_files/': {'tomli'},
}
# Libraries for one place each, also forbidden where everything else is allowed.
ONLY_IN = {
    'onnxruntime': ('pose2d/engine.py',),
    'onnx': ('networks/importers/',),
    'rclpy': ('nodes/',),
    'lifecycle_msgs': ('nodes/',),
    'launch': (),
    'launch_ros': (),
}
# The generated messages of this package, which a source tree does not hold.
GENERATED = ('conversions/', 'nodes/')

# A module named X_node is a node, which does not import another, but for what they have in common.
BASE_OF_NODES = 'managed_node'
# Programs around the nodes, which no node needs.
AROUND_NODES = ('measuring', 'soak')

MAX_MODULE_LINES = 300
MAX_DATA_LINES = 400  # skeleton data and tests
MAX_FUNCTION_LINES = 60


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Definition: TypeAlias = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


# ---- reading


def imports_of(source: str) -> Iterator[str]:
    """Yield the full name of each thing imported anywhere in a source, functions included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield '.'  # relative
            else:
                yield from (f'{node.module}.{alias.name}' for alias in node.names)
        elif isinstance(node, ast.Call) and _is_import_call(node.func) and node.args:
            name = node.args[0]
            yield str(name.value) if isinstance(name, ast.Constant) else '?'


def _is_import_call(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, 'id', '')
    return name in ('import_module', '__import__')


def layer_of(place: str) -> str:
    """Return the layer of a module, which is ``pose2d`` for ``pose2d/peaks.py``."""
    return place.split('/')[0].removesuffix('.py')


def violations(place: str, source: str) -> list[str]:
    """
    Return what a module imports and may not.

    :param place: Path of the module within the package.
    :param source: Its text.
    """
    return [
        f'{place} imports {name}'
        for name in imports_of(source)
        if not (
            _may_import_inside(place, name.split('.')[1:])
            if name.split('.')[0] == 'openpose_ros'
            else _may_import_outside(place, name.split('.')[0])
        )
    ]


def _may_import_inside(place: str, target: list[str]) -> bool:
    layer, other = layer_of(place), target[0] if target else ''
    if other == 'msg':
        return place.startswith(GENERATED)
    if layer == other == 'nodes':
        return _may_import_node(place, ''.join(target[1:2]))
    return layer == other or other in INSIDE.get(layer, set())


def _may_import_node(place: str, other: str) -> bool:
    if other in AROUND_NODES:
        return Path(place).parts[1] in AROUND_NODES
    return not (_is_node(Path(place).stem) and _is_node(other))


def _is_node(module: str) -> bool:
    return module.endswith('_node') and module != BASE_OF_NODES


def _may_import_outside(place: str, library: str) -> bool:
    if library in sys.stdlib_module_names:
        return True
    if library in ONLY_IN:
        return any(place.startswith(where) for where in ONLY_IN[library])
    layer = layer_of(place)
    if layer == 'nodes':
        return True
    if layer == 'tools':
        return not MESSAGES.match(library)
    return library in OUTSIDE.get(layer, set()) or any(
        place.startswith(where) and library in libraries for where, libraries in ALSO.items()
    )


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


every_module = pytest.mark.parametrize('path', MODULES, ids=names(MODULES))


# ---- imports


@every_module
def test_module_imports_only_what_its_layer_may(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    assert layer_of(place) in INSIDE, f'{place} is in no layer'
    assert violations(place, path.read_text(encoding='utf-8')) == []


def test_package_itself_only_extends_its_path() -> None:
    tree = ast.parse((PACKAGE / '__init__.py').read_text(encoding='utf-8'))
    statements = [node for node in tree.body if not isinstance(node, ast.ImportFrom)]
    assert [ast.unparse(node) for node in statements] in (
        ["__path__ = __import__('pkgutil').extend_path(__path__, __name__)"],
        ['__path__ = extend_path(__path__, __name__)'],
    )


def test_source_tree_holds_no_messages_of_the_package() -> None:
    # it would hide the generated ones
    assert not (PACKAGE / 'msg').exists()


@pytest.mark.parametrize(
    ('place', 'source', 'allowed'),
    [
        ('types.py', 'import numpy as np', True),
        ('types.py', 'from openpose_ros.skeletons import Skeleton', False),
        ('types.py', 'import cv2', False),
        ('parameters.py', 'import numpy', False),
        ('skeletons/body_25.py', 'from openpose_ros.skeletons.skeleton import Limb', True),
        ('skeletons/body_25.py', 'from openpose_ros.types import Array', False),
        ('pose2d/peaks.py', 'from openpose_ros.networks.metadata import PafModel', True),
        ('pose2d/peaks.py', 'from openpose_ros.pose3d.cameras import Camera', False),
        ('pose2d/peaks.py', 'from openpose_ros import evaluation', False),
        ('pose2d/peaks.py', 'import openpose_ros.io.frames', False),
        ('pose2d/peaks.py', 'def f():\n    import rclpy', False),
        ('pose2d/peaks.py', 'from sensor_msgs.msg import Image', False),
        ('pose2d/peaks.py', 'import onnxruntime', False),
        ('pose2d/peaks.py', "import importlib\nimportlib.import_module('rclpy')", False),
        ('pose2d/peaks.py', 'from . import limbs', False),
        ('pose2d/peaks.py', 'import torch', False),
        ('pose2d/engine.py', 'try:\n    import onnxruntime as ort\nexcept ImportError: ...', True),
        ('networks/loading.py', 'from openpose_ros.pose2d import engine', False),
        ('networks/loading.py', 'import onnx', False),
        ('networks/importers/tf_ops.py', 'from onnx import helper', True),
        ('evaluation/coco.py', 'from openpose_ros.pose2d.estimator import PoseEstimator', True),
        ('evaluation/coco.py', 'from openpose_ros.io.sources import open_source', False),
        ('io/sources.py', 'from openpose_ros.pose2d.drawing import draw_people', False),
        ('io/sources.py', 'import rclpy.node', False),
        ('conversions/poses.py', 'from openpose_ros.msg import Person', True),
        ('conversions/poses.py', 'from sensor_msgs.msg import Image', False),
        ('tools/detect.py', 'from openpose_ros.io.sources import open_source', True),
        ('tools/detect.py', 'import rich.progress', True),
        ('tools/detect.py', 'from openpose_ros.nodes.qos import image_publisher_qos', False),
        ('tools/detect.py', 'import rclpy', False),
        ('tools/detect.py', 'from std_msgs.msg import Header', False),
        ('tools/detect.py', 'import onnxruntime', False),
        ('nodes/pose_node.py', 'import rclpy\nfrom std_msgs.msg import Header', True),
        ('nodes/pose_node.py', 'from openpose_ros.nodes.qos import result_qos', True),
        ('nodes/pose_node.py', 'from openpose_ros.nodes.managed_node import ManagedNode', True),
        ('nodes/pose_node.py', 'from openpose_ros.nodes.camera_node import CameraNode', False),
        ('nodes/pose_node.py', 'from openpose_ros.nodes import camera_node', False),
        ('nodes/run_all.py', 'from openpose_ros.nodes.camera_node import CameraNode', True),
        ('nodes/pose_node.py', 'import onnxruntime', False),
        ('nodes/run_all.py', 'from openpose_ros.nodes.measuring import peer', False),
        ('nodes/run_all.py', 'from openpose_ros.nodes import soak', False),
        ('nodes/measuring/start.py', 'from openpose_ros.nodes.measuring import peer', True),
        ('nodes/measuring/start.py', 'from openpose_ros.nodes.qos import result_qos', True),
    ],
)
def test_rules_know_right_from_wrong(place: str, source: str, allowed: bool) -> None:
    assert (violations(place, source) == []) is allowed


# ---- docstrings, length, licence


def definitions(tree: ast.AST) -> Iterator[tuple[str, Definition]]:
    """Yield the public classes, functions and methods, those within functions left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.ClassDef, *FUNCTIONS)) and not node.name.startswith('_'):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                yield from definitions(node)


@every_module
def test_module_and_its_public_names_have_docstrings(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding='utf-8'))
    assert ast.get_docstring(tree) or path == PACKAGE / '__init__.py', 'the module'
    assert [name for name, node in definitions(tree) if not ast.get_docstring(node)] == []


@every_module
def test_module_and_its_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding='utf-8')
    is_data = path.parent.name == 'skeletons'
    assert len(text.splitlines()) <= (MAX_DATA_LINES if is_data else MAX_MODULE_LINES)
    long = [
        f'{node.name}: {node.end_lineno - node.lineno + 1} lines'
        for node in ast.walk(ast.parse(text))
        if isinstance(node, FUNCTIONS)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert long == []


@every_module
def test_module_postpones_annotations(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding='utf-8'))
    if all(isinstance(node, ast.Expr) for node in tree.body) or path == PACKAGE / '__init__.py':
        return
    first = next(node for node in tree.body if not isinstance(node, ast.Expr))
    assert isinstance(first, ast.ImportFrom)
    assert first.module == '__future__'


def test_docstring_check_sees_methods_and_skips_private_names() -> None:
    tree = ast.parse(
        'class A:\n    def f(self): ...\n    def _g(self): ...\n'
        'class _B:\n    def h(self): ...\ndef k():\n    def inner(): ...\n'
    )
    assert [name for name, _ in definitions(tree)] == ['A', 'f', 'k']


SUFFIXES = {
    '.py', '.msg', '.yaml', '.yml', '.sh', '.cmake', '.in', '.cfg', '.toml', '.xml', '.cpp', '.hpp'
}
FOLDERS = (
    'openpose_ros', 'test', 'launch', 'config', 'msg', 'resource', 'models', '.ci', 'docs'
)
TOP = ('setup.py', 'setup.cfg', 'pyproject.toml', 'CMakeLists.txt', 'Makefile', 'package.xml')
COPYRIGHT = 'Copyright 2026 the openpose_ros authors'
LICENCE = 'SPDX-License-Identifier: Apache-2.0'


def source_files() -> list[Path]:
    found = [ROOT / name for name in TOP if (ROOT / name).is_file()]
    for folder in FOLDERS:
        found += [
            path for path in (ROOT / folder).rglob('*')
            if path.is_file() and (path.suffix in SUFFIXES or path.name == 'run')
            and 'data' not in path.parts and '__pycache__' not in path.parts
        ]
    return sorted(found)


@pytest.mark.parametrize('path', source_files(), ids=names(source_files()))
def test_source_file_begins_with_copyright_and_licence(path: Path) -> None:
    lines = path.read_text(encoding='utf-8').splitlines()
    # a line that names an interpreter, an XML version or a schema must come first
    first = next(
        (n for n, line in enumerate(lines) if not re.match(r'#!|@\w+@$|<\?|<!--\s*$', line)), 0
    )
    assert first <= 3
    head = [re.sub(r'^(#|//|<!--|/\*)?\s*|\s*-->$', '', line) for line in lines[first:first + 2]]
    assert head == [COPYRIGHT, LICENCE]


def test_source_files_are_found() -> None:
    found = names(source_files())
    for path in ('openpose_ros/types.py', 'test/lint/test_imports.py', 'msg/Person.msg',
                 'models/body_mobilenet_thin.yaml', 'Makefile', 'package.xml'):
        assert path in found
