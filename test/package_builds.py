# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of the builds share: commands in a fresh shell, copies of the checkout, lists."""
from __future__ import annotations

import os
from pathlib import Path
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

SOURCE = Path(__file__).resolve().parents[1]
PREFIX = Path(sys.prefix)
PROGRAM_FOLDER = Path('lib/openpose_ros')
BUILT_FROM = (
    'CMakeLists.txt', 'LICENSE', 'README.md', 'config', 'launch', 'models', 'msg', 'openpose_ros',
    'package.xml', 'pyproject.toml', 'resource', 'setup.cfg', 'setup.py',
)
# Set by what may have started these tests: another build, a sourced ROS 2, make, pytest.
FOREIGN = ('AMENT_', 'CMAKE_', 'COLCON_', 'MAKE', 'MFLAGS', 'PYTEST_', 'PYTHON', 'RMW_', 'ROS_',
           'LD_LIBRARY_PATH', '_ROS_WHEELS_BOOTSTRAP_COMPLETE')


def fresh_environment(**variables: str) -> dict[str, str]:
    """
    Describe a shell in which nothing but the virtual environment is active.

    :param variables: Further variables.
    :return: The environment.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    clean |= {'AMENT_PREFIX_PATH': str(PREFIX), 'CMAKE_PREFIX_PATH': str(PREFIX),
              'VIRTUAL_ENV': str(PREFIX), 'PATH': f'{PREFIX}/bin:{os.environ["PATH"]}'}
    return clean | variables


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    """
    Run a command in a fresh shell.

    :param command: The command.
    :param cwd: Its working directory.
    :param variables: Further variables of its environment.
    :return: Its output.
    :raises AssertionError: If it fails, with its output.
    """
    result = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=fresh_environment(**variables), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
    assert result.returncode == 0, f'{command} returned {result.returncode}:\n{result.stdout}'
    return result.stdout


def copy(source: Path, target: Path) -> None:
    """
    Copy a file or folder, caches left out.

    :param source: What to copy; nothing happens if it is not there.
    :param target: The copy to make.
    """
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns('__pycache__'))
    elif source.exists():
        shutil.copy2(source, target)


def copy_checkout(target: Path) -> Path:
    """
    Copy what the builds need.

    :param target: The folder to make.
    :return: The folder.
    """
    target.mkdir(parents=True)
    for name in BUILT_FROM:
        copy(SOURCE / name, target / name)
    return target


def cmake_list(name: str) -> list[str]:
    """
    Read a list from CMakeLists.txt.

    :param name: Name of the variable.
    :return: Its words.
    """
    text = (SOURCE / 'CMakeLists.txt').read_text(encoding='utf-8')
    (words,) = re.findall(rf'^set\({name}\s([^)]*)\)', text, flags=re.MULTILINE)
    return words.split()


def package_version() -> str:
    """
    Read the version.

    :return: What package.xml states.
    """
    return ElementTree.parse(SOURCE / 'package.xml').getroot().findtext('version', default='')


def programs() -> dict[str, str]:
    """
    List the executables.

    :return: The module each runs, by name.
    """
    return {
        **{name: f'openpose_ros.nodes.{name}' for name in cmake_list('NODES')},
        **{name: f'openpose_ros.tools.{name}' for name in cmake_list('TOOLS')},
    }


def python_modules(package: Path) -> set[str]:
    """
    List the modules of a copy of the package, without the generated ones.

    :param package: The folder openpose_ros.
    :return: Paths relative to it.
    """
    paths = {path.relative_to(package) for path in package.rglob('*.py')}
    return {str(path) for path in paths if path.parts[0] != 'msg'}


def files_below(folder: Path) -> set[str]:
    """
    List the files of a folder, caches left out.

    :param folder: The folder, which need not exist.
    :return: Paths relative to it.
    """
    return {str(path.relative_to(folder)) for path in folder.rglob('*')
            if path.is_file() and '__pycache__' not in path.parts}
