# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The program on a small network of its own; the shipped ones are tested with the recipes."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
import sys
import tarfile
import zipfile

import onnx_or_skip  # noqa: F401 - the program needs it
import pytest
from tf_graph_def_builder import GraphDefBuilder

from openpose_ros.networks.importers.recipes import Archive
from openpose_ros.networks.importers.recipes import convert_archive
from openpose_ros.networks.importers.recipes import Recipe
from openpose_ros.networks.importers.recipes import RECIPES
from openpose_ros.networks.loading import find_model
from openpose_ros.networks.metadata import read_metadata
from openpose_ros.tools import import_model
from openpose_ros.tools import package_archive

NAME = 'body_mobilenet_thin'


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a source archive with a small network, the recipe of which replaces the real one."""
    builder = GraphDefBuilder()
    builder.node('Relu', 'y', ['x'])
    path = tmp_path / 'tiny-1.tar.gz'
    with tarfile.open(path, mode='w:gz') as tar:
        info = tarfile.TarInfo('graph.pb')
        info.size = len(builder.data)
        tar.addfile(info, io.BytesIO(builder.data))
    recipe = Recipe(
        name=NAME,
        archive=Archive('tiny', '1', hashlib.sha256(path.read_bytes()).hexdigest()),
        member='graph.pb',
        member_sha256=hashlib.sha256(builder.data).hexdigest(),
        outputs={'heatmaps': 'y'},
    )
    monkeypatch.setitem(RECIPES, NAME, recipe)
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Make an output folder."""
    path = tmp_path / 'out'
    path.mkdir()
    return path


def product(archive: Path) -> bytes:
    return convert_archive(RECIPES[NAME], archive.read_bytes())


def place_metadata(out: Path, sha256: str) -> Path:
    shipped = find_model(NAME)
    text = shipped.read_text(encoding='utf-8').replace(read_metadata(shipped).sha256, sha256)
    path = out / f'{NAME}.yaml'
    path.write_text(text, encoding='utf-8')
    return path


def run(out: Path, *arguments: object) -> int:
    return import_model.main([NAME, '--out', str(out), *(str(item) for item in arguments)])


def test_main_writes_the_network_its_metadata_name(
    archive: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = product(archive)
    place_metadata(out, hashlib.sha256(expected).hexdigest())
    assert run(out, '--archive', archive) == 0
    assert (out / f'{NAME}.onnx').read_bytes() == expected
    assert hashlib.sha256(expected).hexdigest() in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == [f'{NAME}.onnx', f'{NAME}.yaml']


def test_main_refuses_another_result_than_the_metadata_name(
    archive: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metadata = place_metadata(out, 'b' * 64)
    assert run(out, '--archive', archive) == 1
    message = capsys.readouterr().err
    for word in (str(metadata), 'b' * 64, hashlib.sha256(product(archive)).hexdigest()):
        assert word in message
    assert list(out.iterdir()) == [metadata]


def test_main_with_write_hash_changes_only_the_hash(archive: Path, out: Path) -> None:
    metadata = place_metadata(out, 'b' * 64)
    before = metadata.read_text(encoding='utf-8')
    found = hashlib.sha256(product(archive)).hexdigest()
    assert run(out, '--archive', archive, '--write-hash') == 0
    assert metadata.read_text(encoding='utf-8') == before.replace('b' * 64, found)


def test_main_copies_the_shipped_metadata_where_there_are_none(archive: Path, out: Path) -> None:
    assert run(out, '--archive', archive, '--write-hash') == 0
    found = read_metadata(out / f'{NAME}.yaml')
    assert found.skeleton == read_metadata(find_model(NAME)).skeleton
    assert found.sha256 == hashlib.sha256(product(archive)).hexdigest()


def fails_without_traceback(
    capsys: pytest.CaptureFixture[str], code: int, *words: str
) -> None:
    assert code == 1
    message = capsys.readouterr().err
    assert message.startswith('import_model: ')
    for word in words:
        assert word in message


def test_main_with_another_archive_says_so(
    archive: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.write_bytes(b'another file')
    code = run(out, '--archive', archive)
    fails_without_traceback(capsys, code, 'source archive of tiny 1 is damaged or another file')


def test_main_without_the_archive_says_so(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fails_without_traceback(capsys, run(out, '--archive', out / 'gone'), 'gone')


def test_main_without_the_output_folder_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fails_without_traceback(capsys, run(tmp_path / 'gone'), 'output folder', 'does not exist')


def test_main_with_unknown_model_lists_the_recipes(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = import_model.main(['other', '--out', str(out)])
    fails_without_traceback(capsys, code, "model 'other', expected one of", NAME)


def test_main_without_onnx_says_so(
    out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith('openpose_ros.networks.importe')]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr('openpose_ros.networks.importers', raising=False)
    monkeypatch.setitem(sys.modules, 'onnx', None)
    fails_without_traceback(capsys, run(out), 'the Python package onnx is missing')


def test_main_without_arguments_ends_with_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        import_model.main([])
    assert caught.value.code == 2
    assert 'usage:' in capsys.readouterr().err


def test_fetch_source_archive_that_pip_cannot_find_gives_its_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Without an index pip fails at once and the test needs no network.
    monkeypatch.setenv('PIP_NO_INDEX', '1')
    monkeypatch.setenv('PIP_FIND_LINKS', str(tmp_path))
    with pytest.raises(ValueError, match='pip install failed, it said:\n') as caught:
        package_archive.fetch_source_archive('tiny', '1', '0' * 64)
    assert 'No matching distribution' in str(caught.value)


def test_fetch_wheel_takes_one_for_another_python_and_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wheel = tmp_path / 'tiny-1-cp399-cp399-win_arm64.whl'
    with zipfile.ZipFile(wheel, 'w') as file:
        file.writestr('tiny/net.tflite', b'content')
        metadata = 'Metadata-Version: 2.1\nName: tiny\nVersion: 1\n'
        file.writestr('tiny-1.dist-info/METADATA', metadata)
        file.writestr('tiny-1.dist-info/WHEEL', 'Wheel-Version: 1.0\n')
    monkeypatch.setenv('PIP_NO_INDEX', '1')
    monkeypatch.setenv('PIP_FIND_LINKS', str(tmp_path))
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    tags = {'python': '3.99', 'platform': 'win_arm64'}
    assert package_archive.fetch_wheel('tiny', '1', sha256, **tags) == wheel.read_bytes()
    with pytest.raises(ValueError, match='pip download failed, it said:\n') as caught:
        package_archive.fetch_wheel('tiny', '1', '0' * 64, **tags)
    assert sha256 in str(caught.value)
