# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from collections.abc import Callable
import hashlib
from pathlib import Path

import pytest

from openpose_ros.tools.download_cache import cached_file

CONTENT = b'the right content'
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path))
    return tmp_path / 'openpose_ros'


@pytest.fixture
def calls() -> list[bytes]:
    return []


def fetching(calls: list[bytes], content: bytes = CONTENT) -> Callable[[], bytes]:
    def fetch() -> bytes:
        calls.append(content)
        return content

    return fetch


def test_cached_file_is_fetched_once(folder: Path, calls: list[bytes]) -> None:
    for _ in range(3):
        path = cached_file('a.bin', SHA256, fetching(calls))
        assert path.read_bytes() == CONTENT
    assert path == folder / 'a.bin'
    assert len(calls) == 1
    assert list(folder.iterdir()) == [path]


def test_cached_file_that_is_damaged_is_fetched_again(folder: Path, calls: list[bytes]) -> None:
    folder.mkdir()
    (folder / 'a.bin').write_bytes(CONTENT[:-1])
    assert cached_file('a.bin', SHA256, fetching(calls)).read_bytes() == CONTENT
    assert len(calls) == 1


@pytest.mark.parametrize('before', [None, b'damaged'])
def test_cached_file_refuses_another_file(
    folder: Path, calls: list[bytes], before: bytes | None
) -> None:
    if before is not None:
        folder.mkdir()
        (folder / 'a.bin').write_bytes(before)
    with pytest.raises(ValueError, match=f'a.bin has sha256 .*, expected {SHA256}'):
        cached_file('a.bin', SHA256, fetching(calls, b'other'))
    left = [path.read_bytes() for path in folder.iterdir()] if folder.exists() else []
    assert left == ([] if before is None else [before])


def test_cached_file_without_the_variable_is_in_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[bytes]
) -> None:
    monkeypatch.setenv('HOME', str(tmp_path))
    for value in (None, ''):
        if value is None:
            monkeypatch.delenv('XDG_CACHE_HOME', raising=False)
        else:
            monkeypatch.setenv('XDG_CACHE_HOME', value)
        path = cached_file('a.bin', SHA256, fetching(calls))
        assert path == tmp_path / '.cache' / 'openpose_ros' / 'a.bin'
