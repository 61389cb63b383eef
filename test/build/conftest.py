# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One build of each kind, shared by all tests of this folder."""
from __future__ import annotations

from pathlib import Path
import sys

from package_builds import copy
from package_builds import copy_checkout
from package_builds import PREFIX
from package_builds import run
from package_builds import SOURCE
import pytest

# What the tests read besides what is built.
TESTS = ('CHANGELOG.rst', 'Makefile', 'NOTICE', 'docs', 'test')


@pytest.fixture(scope='session')
def wheels() -> None:
    """Skip where the interpreter is not the one of `make setup`."""
    if not (PREFIX / 'share' / 'rosidl_cmake').is_dir() or not (PREFIX / 'bin/colcon').exists():
        pytest.skip(f'the builds are tested with the ROS 2 of `make setup`; {PREFIX} has none')


@pytest.fixture(scope='session')
def workspace(wheels: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Build a copy of the checkout, with the whole suite of tests, with colcon.

    :return: The workspace.
    """
    folder = tmp_path_factory.mktemp('workspace')
    checkout = copy_checkout(folder / 'src' / 'openpose_ros')
    for name in TESTS:
        copy(SOURCE / name, checkout / name)
    run('colcon', 'build', cwd=folder)
    return folder


@pytest.fixture(scope='session')
def install_space(workspace: Path) -> Path:
    """
    Name the prefix into which colcon has installed the package.

    :return: The prefix.
    """
    return workspace / 'install' / 'openpose_ros'


@pytest.fixture(scope='session')
def wheel(wheels: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Build a wheel, with the build requirements that are installed here.

    :return: The wheel.
    """
    folder = tmp_path_factory.mktemp('wheel')
    checkout = copy_checkout(folder / 'openpose_ros')
    run(sys.executable, '-m', 'pip', 'wheel', '--quiet', '--disable-pip-version-check',
        '--no-deps', '--no-build-isolation', '--wheel-dir', folder, checkout, cwd=folder)
    (path,) = folder.glob('*.whl')
    return path
