# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Facts that several files of the package state: they agree."""
from __future__ import annotations

import re
import runpy
import sys
from xml.etree import ElementTree

from package_builds import cmake_list
from package_builds import package_version
from package_builds import PREFIX
from package_builds import programs
from package_builds import run
from package_builds import SOURCE
import pytest

FIELD = re.compile(r'(?P<type>[\w/]+(\[\])?) (?P<name>[a-z][a-z0-9_]*|[A-Z_]+=\d+)')
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[^ ;]+)"
                 r"( ; python_version [<>=]+ '3\.\d+'( and python_version < '3\.\d+')?)?")


def lock_lines() -> list[str]:
    """
    Read the lock of the requirements.

    :return: Its lines, comments left out.
    """
    text = (SOURCE / 'resource' / 'requirements.txt').read_text(encoding='utf-8')
    return [line for line in text.splitlines() if line and not line.startswith('#')]


def test_setup_py_has_the_version_of_package_xml():
    output = run(sys.executable, 'setup.py', '--version', cwd=SOURCE)
    assert output.split()[-1] == package_version()


def test_cmake_has_the_version_of_package_xml(wheels: None):
    text = (PREFIX / 'share/openpose_ros/cmake/openpose_rosConfig-version.cmake').read_text()
    assert f'set(PACKAGE_VERSION "{package_version()}")' in text


def test_every_program_is_a_module_with_an_entry():
    for module in programs().values():
        text = (SOURCE / (module.replace('.', '/') + '.py')).read_text(encoding='utf-8')
        assert "if __name__ == '__main__':" in text, module


def test_every_message_file_is_built():
    files = {path.stem for path in (SOURCE / 'msg').iterdir()}
    assert sorted(cmake_list('MESSAGES')) == sorted(files)


@pytest.mark.parametrize('name', cmake_list('MESSAGES'))
def test_every_field_of_the_message_has_a_comment(name: str):
    for line in (SOURCE / 'msg' / f'{name}.msg').read_text(encoding='utf-8').splitlines():
        field, _, comment = line.partition('#')
        if not field.strip():
            continue
        assert FIELD.fullmatch(field.strip()), line
        assert comment.strip(), line


def test_lock_pins_every_line():
    assert [line for line in lock_lines() if not PIN.fullmatch(line)] == []


def test_lock_covers_what_is_asked_for_by_name():
    asked = (SOURCE / 'resource' / 'requirements.in').read_text(encoding='utf-8').splitlines()
    names = {re.split('[=;]', line)[0].strip().lower().replace('_', '-')
             for line in asked if line and not line.startswith('#')}
    assert names <= {PIN.fullmatch(line)['name'] for line in lock_lines()}


def test_lock_has_the_ros_wheels_that_pyproject_names():
    text = (SOURCE / 'pyproject.toml').read_text(encoding='utf-8')
    named = set(re.findall(r"'(ros-[a-z-]+==[0-9.]+)'", text))
    assert named
    assert named <= set(lock_lines())


@pytest.mark.parametrize('pins, lines', [
    # the same everywhere
    (['1', '1', '1'], ['p==1']),
    # another one for the oldest
    (['1', '2', '2'], ["p==1 ; python_version < '3.11'", "p==2 ; python_version >= '3.11'"]),
    # needed by the oldest only
    (['1', None, None], ["p==1 ; python_version < '3.11'"]),
    # three versions: the middle one is bounded on both sides
    (['1', '2', '3'], ["p==1 ; python_version < '3.11'",
                       "p==2 ; python_version >= '3.11' and python_version < '3.12'",
                       "p==3 ; python_version >= '3.12'"]),
])
def test_lock_lines_marks_versions_that_differ(pins: list[str | None], lines: list[str]):
    lock = runpy.run_path(str(SOURCE / 'resource' / 'lock_requirements.py'))
    assert lock['lock_lines']('p', pins, [(3, 10), (3, 11), (3, 12)]) == lines


def test_package_xml_is_format_3_and_builds_interfaces_with_ament_cmake():
    root = ElementTree.parse(SOURCE / 'package.xml').getroot()
    assert root.get('format') == '3'
    assert root.findtext('export/build_type') == 'ament_cmake'
    assert root.findtext('member_of_group') == 'rosidl_interface_packages'
