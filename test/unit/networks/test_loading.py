# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import hashlib
import os
from pathlib import Path
import sys
from typing import Any

import pytest
import yaml

from openpose_ros.networks import loading
from openpose_ros.networks.loading import find_model
from openpose_ros.networks.loading import load_landmark_model
from openpose_ros.networks.loading import load_model
from openpose_ros.networks.loading import model_directories
from openpose_ros.networks.loading import read_onnx

CONTENT = b'the bytes of a network'


@pytest.fixture
def prefixes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, Path]:
    """Make two ament prefixes and a Python prefix, none with models, away from the source tree."""
    found = (tmp_path / 'first', tmp_path / 'second', tmp_path / 'python')
    monkeypatch.setenv('AMENT_PREFIX_PATH', os.pathsep.join(str(path) for path in found[:2]))
    monkeypatch.setattr(sys, 'prefix', str(found[2]))
    monkeypatch.setattr(
        loading, '__file__', str(tmp_path / 'site-packages' / 'openpose_ros' / 'networks' / 'x.py')
    )
    return found


def add_model(prefix: Path, values: dict[str, Any], name: str = 'mine') -> Path:
    folder = prefix / 'share' / 'openpose_ros' / 'models'
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f'{name}.yaml'
    path.write_text(yaml.safe_dump(values), encoding='utf-8')
    return path


def test_model_directories_of_the_source_tree_come_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / 'source' / 'openpose_ros' / 'networks'
    (tmp_path / 'source' / 'models').mkdir(parents=True)
    monkeypatch.setattr(loading, '__file__', str(package / 'loading.py'))
    monkeypatch.setattr(sys, 'prefix', '/python')
    monkeypatch.setenv('AMENT_PREFIX_PATH', os.pathsep.join(('/a', '', '/python', '/a')))
    share = Path('share/openpose_ros/models')
    assert model_directories() == (
        tmp_path / 'source' / 'models',
        Path('/a') / share,
        Path('/python') / share,
    )


def test_model_directories_of_an_installed_package_leave_out_its_neighbour(
    prefixes: tuple[Path, ...], tmp_path: Path
) -> None:
    (tmp_path / 'site-packages' / 'models').mkdir(parents=True)
    assert model_directories() == tuple(
        prefix / 'share' / 'openpose_ros' / 'models' for prefix in prefixes
    )


def test_model_directories_without_ament_prefix_path_are_those_of_python(
    prefixes: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv('AMENT_PREFIX_PATH')
    assert model_directories() == (prefixes[2] / 'share' / 'openpose_ros' / 'models',)


def test_find_model_by_name_takes_the_first_prefix_that_has_it(
    prefixes: tuple[Path, ...], metadata: dict[str, Any]
) -> None:
    last = add_model(prefixes[2], metadata)
    assert find_model('mine') == last
    second = add_model(prefixes[1], metadata)
    assert find_model('mine') == second
    first = add_model(prefixes[0], metadata)
    assert find_model('mine') == first


def test_find_model_of_unknown_name_lists_names_and_directories(
    prefixes: tuple[Path, ...], metadata: dict[str, Any]
) -> None:
    add_model(prefixes[0], metadata, 'b')
    add_model(prefixes[2], metadata, 'a')
    with pytest.raises(ValueError, match="unknown model 'c', expected one of a, b") as caught:
        find_model('c')
    for prefix in prefixes:
        assert str(prefix / 'share' / 'openpose_ros' / 'models') in str(caught.value)


def test_find_model_where_no_model_is_installed_says_so(prefixes: tuple[Path, ...]) -> None:
    with pytest.raises(ValueError, match='no model is installed'):
        find_model('c')


@pytest.mark.parametrize('name', ['model.yaml', 'model.yml', './model.yaml', 'folder/model'])
def test_find_model_by_path_takes_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'folder').mkdir()
    Path(name).write_text('', encoding='utf-8')
    assert find_model(name) == Path(name)


def test_find_model_by_path_in_the_home_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('HOME', str(tmp_path))
    (tmp_path / 'model.yaml').touch()
    assert find_model('~/model.yaml') == tmp_path / 'model.yaml'


def test_find_model_by_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r'gone\.yaml does not exist, expected a YAML file'):
        find_model(str(tmp_path / 'gone.yaml'))
    with pytest.raises(ValueError, match='is a directory, expected a YAML file'):
        find_model(f'{tmp_path}/')


def test_load_model_of_shipped_name_gives_its_metadata() -> None:
    model = load_model('body_mobilenet_thin')
    assert model.onnx_path == find_model('body_mobilenet_thin').with_suffix('.onnx')
    assert (model.heatmap_channels(), model.paf_channels()) == (19, 38)


def write_network(tmp_path: Path, values: dict[str, Any], write_model: Any) -> str:
    (tmp_path / 'mine.onnx').write_bytes(CONTENT)
    values['sha256'] = hashlib.sha256(CONTENT).hexdigest()
    return str(write_model(values))


def test_read_onnx_of_right_file_gives_its_bytes(
    tmp_path: Path, metadata: dict[str, Any], write_model: Any
) -> None:
    assert read_onnx(load_model(write_network(tmp_path, metadata, write_model))) == CONTENT


@pytest.mark.parametrize('content', [CONTENT[:-1], CONTENT + b'!', CONTENT.upper()])
def test_read_onnx_of_another_file_names_file_and_both_hashes(
    tmp_path: Path, metadata: dict[str, Any], write_model: Any, content: bytes
) -> None:
    model = load_model(write_network(tmp_path, metadata, write_model))
    model.onnx_path.write_bytes(content)
    with pytest.raises(ValueError, match='truncated or another file') as caught:
        read_onnx(model)
    found = hashlib.sha256(content).hexdigest()
    for word in ("model 'mine'", str(model.onnx_path), found, model.sha256):
        assert word in str(caught.value)


def test_read_onnx_of_empty_file_is_refused(
    tmp_path: Path, metadata: dict[str, Any], write_model: Any
) -> None:
    model = load_model(write_network(tmp_path, metadata, write_model))
    model.onnx_path.write_bytes(b'')
    with pytest.raises(ValueError, match=r"model 'mine': .*mine\.onnx is empty"):
        read_onnx(model)


def test_read_onnx_of_missing_file_or_directory_is_refused(
    tmp_path: Path, metadata: dict[str, Any], write_model: Any
) -> None:
    model = load_model(write_network(tmp_path, metadata, write_model))
    model.onnx_path.unlink()
    with pytest.raises(ValueError, match=r'mine\.onnx cannot be read: No such file'):
        read_onnx(model)
    model.onnx_path.mkdir()
    with pytest.raises(ValueError, match=r'mine\.onnx cannot be read: Is a directory'):
        read_onnx(model)


def test_load_landmark_model_by_name_reads_metadata_and_network(
    prefixes: tuple[Path, ...], regressor: dict[str, Any]
) -> None:
    regressor['sha256'] = hashlib.sha256(CONTENT).hexdigest()
    path = add_model(prefixes[0], regressor)
    path.with_suffix('.onnx').write_bytes(CONTENT)
    model = load_landmark_model('mine')
    assert (model.name, model.kind, model.onnx_path.parent) == ('mine', 'regressor', path.parent)
    assert read_onnx(model) == CONTENT
    path.with_suffix('.onnx').write_bytes(CONTENT[:-1])
    with pytest.raises(ValueError, match="model 'mine': .* truncated or another file"):
        read_onnx(model)


def test_load_landmark_model_of_unknown_name_lists_names(
    prefixes: tuple[Path, ...], regressor: dict[str, Any]
) -> None:
    add_model(prefixes[0], regressor)
    with pytest.raises(ValueError, match="unknown model 'other', expected one of mine"):
        load_landmark_model('other')
