# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The pip path: what the wheel holds, and that it works once installed."""
from __future__ import annotations

import json
from pathlib import Path
import stat
import sys
from zipfile import ZipFile

from package_builds import cmake_list
from package_builds import files_below
from package_builds import package_version
from package_builds import PREFIX
from package_builds import programs
from package_builds import run
from package_builds import SOURCE
import pytest

pytestmark = pytest.mark.timeout(400)  # the first test of the folder waits for the build

HERE = Path(__file__).resolve().parent


def test_wheel_is_for_this_python_and_has_the_version_of_package_xml(wheel: Path):
    python = f'cp{sys.version_info.major}{sys.version_info.minor}'
    assert wheel.name.startswith(f'openpose_ros-{package_version()}-{python}-{python}-linux_')


def test_wheel_holds_messages_modules_libraries_and_shared_files(wheel: Path):
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    data = f'openpose_ros-{package_version()}.data/data'
    modules = {str(path.relative_to(SOURCE)) for path in SOURCE.glob('openpose_ros/**/*.py')}
    shared = {f'{data}/share/openpose_ros/{folder}/{name}' for folder in ('config', 'models')
              for name in files_below(SOURCE / folder)}
    assert modules <= names
    assert shared <= names
    for name in cmake_list('MESSAGES'):
        assert f'{data}/share/openpose_ros/msg/{name}.msg' in names
    for name in programs():
        assert f'{data}/lib/openpose_ros/{name}' in names
    assert f'{data}/share/ament_index/resource_index/packages/openpose_ros' in names
    assert f'{data}/lib/libopenpose_ros__rosidl_typesupport_cpp.so' in names
    assert not [name for name in names if 'test/' in name or '__pycache__' in name]


def test_wheel_needs_one_onnxruntime_by_choice_only(wheel: Path):
    with ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith('.dist-info/METADATA'))
        lines = archive.read(metadata).decode('utf-8').splitlines()
    needed = [line.partition(': ')[2] for line in lines if line.startswith('Requires-Dist')]
    assert sorted(line for line in needed if 'onnxruntime' in line) == [
        'onnxruntime-gpu>=1.20; extra == "gpu"', 'onnxruntime>=1.20; extra == "cpu"']


def test_installed_wheel_imports_and_its_programs_follow_the_prefix(wheel: Path, tmp_path: Path):
    prefix = tmp_path / 'prefix'
    run(sys.executable, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check',
        '--no-deps', '--ignore-installed', '--prefix', prefix, wheel, cwd=tmp_path)
    (packages,) = prefix.glob('lib/python*/site-packages')
    # An interpreter in the prefix, as in any environment that pip installs into.
    (prefix / 'bin').mkdir()
    python = prefix / 'bin' / 'python3'
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding='utf-8')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    variables = {'PYTHONPATH': str(packages), 'AMENT_PREFIX_PATH': f'{prefix}:{PREFIX}',
                 'LD_LIBRARY_PATH': f'{prefix}/lib:{PREFIX}/lib'}
    found = json.loads(run(python, HERE / 'import_everything.py', *programs().values(),
                           cwd=tmp_path, **variables))
    assert Path(found['messages']).is_relative_to(prefix)
    assert Path(found['types']).is_relative_to(prefix)
    assert found['missing'] == []
    program = prefix / 'lib' / 'openpose_ros' / 'detect'
    assert '--overlay' in run(program, '--help', cwd=tmp_path, **variables)
