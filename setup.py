# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Pack the CMake build as a wheel: ``pip install .``.

CMake builds the interfaces and installs the whole package into a staging prefix. What lies in
its site-packages becomes the wheel's packages, everything else (libraries, headers, ``share/``,
``lib/openpose_ros/``) its data, which pip installs below the prefix of the environment.
"""

from __future__ import annotations

import os
from pathlib import Path
import shutil
import subprocess
import sys
from xml.etree import ElementTree

from setuptools import Extension
from setuptools import setup
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).resolve().parent
PACKAGE = 'openpose_ros'


def package_version() -> str:
    """
    Read the version.

    :return: The version package.xml states.
    """
    return ElementTree.parse(HERE / 'package.xml').getroot().findtext('version', default='')


def ros_prefix() -> Path:
    """
    Find the ROS 2 that generates the interfaces: wheels, or an installation that is sourced.

    :return: Its prefix.
    """
    import ament_package

    # PREFIX/lib/pythonX.Y/site-packages/ament_package/__init__.py
    return Path(ament_package.__file__).parents[4]


def cmake_install(build: Path, staging: Path) -> None:
    """
    Configure, build and install the package.

    :param build: Folder for the build.
    :param staging: Prefix to install into; emptied first.
    :raises subprocess.CalledProcessError: If a step fails.
    """
    shutil.rmtree(staging, ignore_errors=True)
    prefix = ros_prefix()
    environment = dict(os.environ, AMENT_PREFIX_PATH=str(prefix), CMAKE_PREFIX_PATH=str(prefix),
                       LD_LIBRARY_PATH=str(prefix / 'lib'))
    environment.pop('DESTDIR', None)
    configure = ['cmake', '-S', str(HERE), '-B', str(build), '-Wno-dev', '--log-level=WARNING',
                 f'-DPython3_EXECUTABLE={sys.executable}', f'-DCMAKE_PREFIX_PATH={prefix}',
                 f'-DCMAKE_INSTALL_PREFIX={staging}', '-DBUILD_TESTING=OFF',
                 '-DLINK_SOURCE_TREE=OFF', '-DRELOCATABLE_EXECUTABLES=ON']
    compile_all = ['cmake', '--build', str(build), '--parallel', str(os.cpu_count() or 1)]
    install = ['cmake', '--install', str(build)]
    for command in (configure, compile_all, install):
        subprocess.run(command, check=True, env=environment)


def data_files(staging: Path) -> list[tuple[str, list[str]]]:
    """
    List what belongs below the prefix of the environment.

    :param staging: The installed tree.
    :return: Folder relative to the prefix, and the files that go there.
    """
    folders: dict[str, list[str]] = {}
    for path in sorted(staging.rglob('*')):
        folder = path.relative_to(staging).parent
        # The index of parent prefixes names folders of the machine the wheel was built on.
        if path.is_file() and not {'site-packages', 'dist-packages',
                                   'parent_prefix_path'} & set(folder.parts):
            folders.setdefault(str(folder), []).append(str(path))
    return list(folders.items())


class CMakeBuild(build_ext):
    """Build everything with CMake where setuptools would compile an extension."""

    def run(self) -> None:
        """
        Build and install into a staging prefix and tell setuptools what came out.

        :raises SystemExit: For an editable installation, which the generated messages rule out.
        """
        if self.editable_mode:
            raise SystemExit(f'{PACKAGE} has no editable installation; `make setup` makes a '
                             'virtual environment in which edits take effect at once.')
        build = Path(self.build_temp).resolve() / 'cmake'
        staging = Path(self.build_temp).resolve() / 'staging'
        cmake_install(build, staging)
        (package,) = staging.glob(f'l*/**/*-packages/{PACKAGE}')
        shutil.copytree(package, Path(self.build_lib) / PACKAGE, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns('__pycache__', '*.c'))
        self.distribution.data_files = data_files(staging)

    def get_source_files(self) -> list[str]:
        """
        Name no sources: CMakeLists.txt does.

        :return: Nothing.
        """
        return []


setup(
    version=package_version(),
    long_description=(HERE / 'README.md').read_text(encoding='utf-8')
    if (HERE / 'README.md').exists() else '',
    long_description_content_type='text/markdown',
    # Its presence makes the wheel one for this platform and Python version.
    ext_modules=[Extension(PACKAGE, sources=[])],
    cmdclass={'build_ext': CMakeBuild},
)
