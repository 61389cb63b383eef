# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The colcon build, the workspace it leaves, and a C++ program that compiles against it."""
from __future__ import annotations

import json
import os
from pathlib import Path
import re
import shutil
from xml.etree import ElementTree

from package_builds import files_below
from package_builds import PREFIX
from package_builds import PROGRAM_FOLDER
from package_builds import programs
from package_builds import python_modules
from package_builds import run
from package_builds import SOURCE
import pytest

pytestmark = pytest.mark.timeout(400)  # the first test of the folder waits for the build

HERE = Path(__file__).resolve().parent
SKIPPED = {'test/launch/test_real_launch.py'}  # where launch_ros is missing


def source_and_run(workspace: Path, command: str) -> str:
    """
    Run a command in a shell that has sourced the workspace.

    :param workspace: The workspace.
    :param command: The command.
    :return: The last line of its output.
    """
    output = run('bash', '-c', f'source install/setup.bash && {command}', cwd=workspace)
    return output.splitlines()[-1]


def test_workspace_imports_messages_and_every_program(workspace: Path, install_space: Path):
    modules = ' '.join(programs().values())
    found = json.loads(source_and_run(workspace, f'python {HERE}/import_everything.py {modules}'))
    assert found['id'] == 7
    assert Path(found['messages']).is_relative_to(install_space)
    assert Path(found['types']).is_relative_to(install_space)
    assert found['missing'] == []


def test_install_space_holds_all_modules_and_no_caches_of_the_source(install_space: Path):
    (package,) = install_space.glob('lib/python*/site-packages/openpose_ros')
    assert python_modules(package) == python_modules(SOURCE / 'openpose_ros')
    assert (package / 'py.typed').exists()


@pytest.mark.parametrize('folder', ['config', 'launch', 'models'])
def test_install_space_shares_the_folder(install_space: Path, folder: str):
    shared = install_space / 'share' / 'openpose_ros' / folder
    assert files_below(shared) == files_below(SOURCE / folder)


@pytest.mark.parametrize('name', sorted(programs()))
def test_executable_names_the_interpreter_of_the_build(install_space: Path, name: str):
    path = install_space / PROGRAM_FOLDER / name
    assert os.access(path, os.X_OK)
    marker, interpreter = path.read_text(encoding='utf-8').splitlines()[0].split('!')
    assert marker == '#'
    assert Path(interpreter).parent == PREFIX / 'bin'
    assert os.access(interpreter, os.X_OK)


def test_executable_runs_its_module(workspace: Path):
    program = Path('install/openpose_ros') / PROGRAM_FOLDER / 'detect'
    output = run('bash', '-c', f'source install/setup.bash && {program} --help', cwd=workspace)
    assert '--overlay' in output


def colcon_test(workspace: Path, *options: str) -> Path:
    """
    Run `colcon test` on the suite.

    :param workspace: The workspace.
    :param options: Further options of pytest, which the copy of pyproject.toml gets.
    :return: The folder of the build.
    """
    text = (SOURCE / 'pyproject.toml').read_text(encoding='utf-8')
    first = 'addopts = ['
    assert text.count(first) == 1
    (workspace / 'src/openpose_ros/pyproject.toml').write_text(
        text.replace(first, first + ''.join(f'{word!r}, ' for word in options)), encoding='utf-8')
    run('colcon', 'test', '--return-code-on-test-failure', cwd=workspace)
    return workspace / 'build' / 'openpose_ros'


def test_colcon_test_finds_the_whole_suite_without_the_tests_of_the_builds(workspace: Path):
    build = colcon_test(workspace, '--collect-only', '-q')
    text = (build / 'ament_cmake_pytest/suite.txt').read_text(encoding='utf-8')
    found = {line.split('::')[0] for line in text.splitlines() if '::' in line}
    files = (path.relative_to(SOURCE) for path in (SOURCE / 'test').rglob('test_*.py'))
    wanted = {str(path) for path in files if path.parts[1] != 'build'}
    # One that skips itself while it is collected has no test to show.
    assert found | SKIPPED == wanted | SKIPPED
    assert re.search(r'^(?:=+ )?\d{4,} tests collected in', text, flags=re.MULTILINE)


def test_colcon_test_runs_unit_tests_and_a_node(workspace: Path):
    node = 'test_pose_node_photo_gives_its_people_under_its_header'
    build = colcon_test(workspace, '-k', f'test_skeleton.py or {node}')
    report = build / 'test_results/openpose_ros/suite.xunit.xml'
    # A module that skips itself while it is collected stands there too, as a case of its own.
    modules = ('test.launch.test_real_launch',)
    cases = ElementTree.parse(report).iter('testcase')
    cases = [case for case in cases if case.get('name') not in modules]
    assert [case.get('name') for case in cases].count(node) == 1
    assert len(cases) > 20
    assert not [case.get('name') for case in cases if len(case)], 'skipped or failed'


def test_cpp_program_compiles_against_the_messages_and_runs(install_space: Path, tmp_path: Path):
    shutil.copytree(HERE / 'cpp_consumer', tmp_path / 'source')
    prefixes = f'{install_space}{os.pathsep}{PREFIX}'
    run('cmake', '-S', 'source', '-B', 'build', cwd=tmp_path,
        AMENT_PREFIX_PATH=prefixes, CMAKE_PREFIX_PATH=prefixes)
    run('cmake', '--build', 'build', cwd=tmp_path)
    # As a sourced workspace sets it: the message libraries need each other.
    output = run('build/consumer', cwd=tmp_path,
                 LD_LIBRARY_PATH=f'{install_space}/lib:{PREFIX}/lib')
    assert output.split() == ['coco_18', '2', '0.5']
