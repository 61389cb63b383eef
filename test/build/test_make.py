# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The Makefile: what it checks, what it keeps out, and what `make setup` leaves in .venv."""
from __future__ import annotations

import json
import os
from pathlib import Path
import shutil
import subprocess
import sys

from package_builds import copy_checkout
from package_builds import files_below
from package_builds import fresh_environment
from package_builds import PREFIX
from package_builds import PROGRAM_FOLDER
from package_builds import programs
from package_builds import run
from package_builds import SOURCE
import pytest

HERE = Path(__file__).resolve().parent
CHECK = SOURCE / 'resource' / 'check_prerequisites.sh'
TOOLS = ('gcc', 'g++', 'make', 'sh', 'env', 'nproc', 'python3')

# Run by `make test` in place of the suite: is the environment the one of .venv alone?
ENVIRONMENT_TEST = """
import os
import sys

from openpose_ros.msg import PoseArray
import rclpy


def test_environment():
    assert '/bogus' not in ' '.join(sys.path) + os.environ['LD_LIBRARY_PATH']
    assert 'ROS_DISTRO' not in os.environ
    assert os.environ['AMENT_PREFIX_PATH'] == sys.prefix
    assert os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] == 'LOCALHOST'
    assert 1 <= int(os.environ['ROS_DOMAIN_ID']) <= 100
    rclpy.init()
    node = rclpy.create_node('test_environment')
    assert node.create_publisher(PoseArray, 'keypoints', 1).topic_name == '/keypoints'
    rclpy.shutdown()
"""

# In place of Python: makes environments in which nothing is installed and nothing is built.
IDLE_PYTHON = """#!/bin/sh
case "$*" in
"-m venv "*)
    mkdir -p "$3/bin"
    ln -sf "{python}" "$3/bin/python"
    for name in pip cmake; do
        printf '#!/bin/sh\\n' >"$3/bin/$name"
        chmod +x "$3/bin/$name"
    done;;
*)
    exec "{python}" "$@";;
esac
"""


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """
    Make a folder that holds what a complete machine has, for a PATH of its own.

    :return: The folder.
    """
    folder = tmp_path / 'bin'
    folder.mkdir()
    for name in TOOLS:
        path = sys.executable if name == 'python3' else shutil.which(name)
        if path is None:
            pytest.skip(f'{name} is not on PATH')
        (folder / name).symlink_to(path)
    return folder


def check(tools: Path) -> subprocess.CompletedProcess[str]:
    """
    Run the check of the prerequisites.

    :param tools: The only folder of PATH.
    :return: Its exit status and output.
    """
    return subprocess.run([CHECK, 'python3'], env={'PATH': str(tools)}, text=True, timeout=20,
                          capture_output=True, check=False)


def imitate_python(path: Path, version: str) -> None:
    """
    Put a program that answers as an old interpreter in the place of Python.

    :param path: The program.
    :param version: What it says its version is.
    """
    path.unlink()
    path.write_text('#!/bin/sh\ncase "$2" in\n'
                    f'*python_version*) echo {version};;\n*) exit 1;;\nesac\n', encoding='utf-8')
    path.chmod(0o755)


def test_check_complete_machine_passes_silently(tools: Path):
    result = check(tools)
    assert (result.returncode, result.stdout, result.stderr) == (0, '', '')


@pytest.mark.parametrize('missing', [['g++'], ['gcc'], ['gcc', 'g++', 'make']])
def test_check_names_all_that_is_missing_in_one_apt_line(tools: Path, missing: list[str]):
    for name in missing:
        (tools / name).unlink()
    result = check(tools)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == '  sudo apt-get install ' + ' '.join(missing)


def test_check_without_python_names_all_its_packages(tools: Path):
    (tools / 'python3').unlink()
    result = check(tools)
    assert result.returncode == 1
    assert 'sudo apt-get install python3 python3-venv python3-dev' in result.stderr


def test_check_old_python_says_what_was_found(tools: Path):
    imitate_python(tools / 'python3', '3.8.10')
    result = check(tools)
    assert result.returncode == 1
    assert 'Python 3.10 or newer (python3 is 3.8.10' in result.stderr


def test_make_setup_without_compiler_stops_before_anything_is_created(
        tools: Path, tmp_path: Path):
    (tools / 'g++').unlink()
    result = subprocess.run(
        ['make', '-C', SOURCE, 'setup', f'VENV={tmp_path}/venv'], timeout=20, text=True,
        capture_output=True, check=False, env=fresh_environment(PATH=str(tools)))
    assert result.returncode == 2
    assert 'sudo apt-get install g++\n' in result.stderr
    assert not (tmp_path / 'venv').exists()


@pytest.mark.usefixtures('made')
def test_make_test_keeps_a_sourced_ros_installation_out(tmp_path: Path):
    (tmp_path / 'test_environment.py').write_text(ENVIRONMENT_TEST, encoding='utf-8')
    output = run(
        'make', 'test', f'PYTEST_ARGS={tmp_path}/test_environment.py', cwd=SOURCE,
        AMENT_PREFIX_PATH='/bogus/ros', CMAKE_PREFIX_PATH='/bogus/ros', ROS_DISTRO='bogus',
        PYTHONPATH='/bogus/python', LD_LIBRARY_PATH='/bogus/lib', RMW_IMPLEMENTATION='rmw_bogus',
        ROS_DOMAIN_ID='231', _ROS_WHEELS_BOOTSTRAP_COMPLETE='1')
    assert '1 passed' in output.splitlines()[-1]


@pytest.fixture
def made(wheels: None) -> None:
    """Skip where the interpreter belongs to another checkout, or `make setup` has work to do."""
    if PREFIX != SOURCE / '.venv':
        pytest.skip(f'{sys.executable} is not of {SOURCE}/.venv')
    if subprocess.run(['make', '-q', 'setup'], cwd=SOURCE, env=fresh_environment(),
                      check=False).returncode:
        pytest.skip('`make setup` has not been run since the interfaces changed')


@pytest.fixture
def set_up(tools: Path, tmp_path: Path) -> Path:
    """
    Run `make setup` in a copy of the checkout, with programs that install and build nothing.

    :return: The copy.
    """
    checkout = copy_checkout(tmp_path / 'checkout')
    shutil.copy2(SOURCE / 'Makefile', checkout)
    python = tmp_path / 'python'
    python.write_text(IDLE_PYTHON.format(python=sys.executable), encoding='utf-8')
    python.chmod(0o755)
    run('make', 'setup', f'PYTHON={python}', cwd=checkout)
    return checkout


def is_up_to_date(checkout: Path) -> bool:
    result = subprocess.run(['make', '-q', 'setup'], cwd=checkout, env=fresh_environment(),
                            check=False, timeout=20)
    assert result.returncode in (0, 1)
    return result.returncode == 0


def test_make_setup_again_has_nothing_to_do(set_up: Path):
    assert is_up_to_date(set_up)


@pytest.mark.parametrize('name', ['resource/requirements.txt', 'package.xml', 'CMakeLists.txt',
                                  'msg/Person.msg', 'resource/check_prerequisites.sh'])
def test_make_setup_after_a_change_has_something_to_do(set_up: Path, name: str):
    later = (set_up / '.venv' / '.interfaces').stat().st_mtime + 10
    os.utime(set_up / name, (later, later))
    assert not is_up_to_date(set_up)


def test_make_setup_after_a_message_was_removed_has_something_to_do(set_up: Path):
    (set_up / 'msg' / 'Person.msg').unlink()
    later = (set_up / '.venv' / '.interfaces').stat().st_mtime + 10
    os.utime(set_up / 'msg', (later, later))  # as the file system does, whatever its resolution
    assert not is_up_to_date(set_up)


@pytest.mark.usefixtures('made')
def test_setup_modules_come_from_the_source_tree_and_messages_from_the_build(tmp_path: Path):
    found = json.loads(run('python', HERE / 'import_everything.py', *programs().values(),
                           cwd=tmp_path))
    assert Path(found['types']) == SOURCE / 'openpose_ros' / 'types.py'
    assert Path(found['messages']).is_relative_to(PREFIX)
    assert found['missing'] == []


@pytest.mark.usefixtures('made')
def test_setup_shares_the_folders_of_the_source_tree():
    for folder in ('config', 'launch', 'models'):
        shared = PREFIX / 'share' / 'openpose_ros' / folder
        assert shared.is_symlink()
        assert files_below(shared.resolve()) == files_below(SOURCE / folder)


@pytest.mark.usefixtures('made')
def test_setup_installs_headers_libraries_and_programs():
    assert (PREFIX / 'include/openpose_ros/openpose_ros/msg/pose_array.hpp').is_file()
    assert (PREFIX / 'lib/libopenpose_ros__rosidl_typesupport_cpp.so').is_file()
    assert (PREFIX / 'share/ament_index/resource_index/packages/openpose_ros').is_file()
    for name in programs():
        assert os.access(PREFIX / PROGRAM_FOLDER / name, os.X_OK)


def test_help_lists_every_target():
    text = (SOURCE / 'Makefile').read_text(encoding='utf-8')
    (targets,) = (line.split()[1:] for line in text.splitlines() if line.startswith('.PHONY'))
    listed = run('make', '-s', 'help', cwd=SOURCE).splitlines()
    assert [line.split()[1] for line in listed] == targets
