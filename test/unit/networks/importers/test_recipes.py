# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
from pathlib import Path
import tarfile
import zipfile

from onnx_or_skip import onnx
import pytest
from tf_graph_def_builder import GraphDefBuilder
from tflite_builder import TfliteBuilder

from openpose_ros.networks.importers.recipes import Archive
from openpose_ros.networks.importers.recipes import convert_archive
from openpose_ros.networks.importers.recipes import Recipe
from openpose_ros.networks.importers.recipes import RECIPES
from openpose_ros.networks.loading import find_model
from openpose_ros.networks.section import Section

ARCHIVE_VARIABLE = 'OPENPOSE_ROS_SOURCE_ARCHIVES'
README = (Path(__file__).resolve().parents[4] / 'models' / 'README.md').read_text('utf-8')


def make_archive(member: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode='w:gz') as tar:
        info = tarfile.TarInfo(member)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return file.getvalue()


@pytest.fixture
def tiny() -> tuple[Recipe, bytes]:
    """Return a recipe and its source archive, with a network of one operation."""
    builder = GraphDefBuilder()
    builder.node('Relu', 'y', ['x'])
    archive = make_archive('tiny-1/graph.pb', builder.data)
    recipe = Recipe(
        name='tiny',
        archive=Archive('tiny', '1', hashlib.sha256(archive).hexdigest()),
        member='tiny-1/graph.pb',
        member_sha256=hashlib.sha256(builder.data).hexdigest(),
        outputs={'heatmaps': 'y'},
    )
    return recipe, archive


def test_convert_archive_gives_the_network(tiny: tuple[Recipe, bytes]) -> None:
    model = onnx.load_from_string(convert_archive(*tiny))
    assert [node.op_type for node in model.graph.node] == ['Relu']
    assert model.graph.name == 'tiny'


def test_convert_archive_of_another_archive_names_both_hashes(
    tiny: tuple[Recipe, bytes]
) -> None:
    recipe, archive = tiny
    with pytest.raises(ValueError, match='source archive of tiny 1 is damaged') as caught:
        convert_archive(recipe, archive[:-1])
    assert hashlib.sha256(archive[:-1]).hexdigest() in str(caught.value)
    assert recipe.archive.sha256 in str(caught.value)


def test_convert_archive_of_another_file_in_it_is_refused(tiny: tuple[Recipe, bytes]) -> None:
    recipe = dataclasses.replace(tiny[0], member_sha256='0' * 64)
    with pytest.raises(ValueError, match=r'tiny-1/graph\.pb is damaged or another file'):
        convert_archive(recipe, tiny[1])


def test_convert_archive_of_a_wheel_with_a_tflite_file_gives_the_network() -> None:
    builder = TfliteBuilder((1, 4, 4, 3))
    builder.outputs(builder.operator('LOGISTIC', [0], (1, 4, 4, 3)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w') as wheel:
        wheel.writestr('tiny/net.tflite', builder.data)
    recipe = Recipe(
        name='tiny',
        archive=Archive(
            'tiny', '1', hashlib.sha256(file.getvalue()).hexdigest(), '3.11', 'manylinux'
        ),
        member='tiny/net.tflite',
        member_sha256=hashlib.sha256(builder.data).hexdigest(),
        outputs={'y': 'tensor_1'},
    )
    model = onnx.load_from_string(convert_archive(recipe, file.getvalue()))
    assert [node.op_type for node in model.graph.node] == ['Sigmoid']
    with pytest.raises(ValueError, match='wheel of tiny 1 is damaged'):
        convert_archive(recipe, b'another')


@pytest.mark.parametrize('name', sorted(RECIPES))
def test_readme_states_the_source_of_each_recipe(name: str) -> None:
    recipe = RECIPES[name]
    chapter = README[README.index(f'### `{name}`'):].split('\n### ')[0]
    member = recipe.member if recipe.archive.is_wheel() else recipe.member.split('/', 1)[1]
    package = f'`{recipe.archive.package}` {recipe.archive.version}'
    for fact in (recipe.archive.sha256, recipe.member_sha256, member, package):
        assert fact in chapter


@pytest.mark.parametrize('name', sorted(RECIPES))
def test_convert_archive_again_gives_the_shipped_file(name: str) -> None:
    folder = os.environ.get(ARCHIVE_VARIABLE)
    if folder is None:
        pytest.skip(f'{ARCHIVE_VARIABLE} does not name a folder with the archives')
    recipe = RECIPES[name]
    start = f'{recipe.archive.package.replace("-", "_")}-{recipe.archive.version}'
    end = '*.whl' if recipe.archive.is_wheel() else '.tar.gz'
    archives = list(Path(folder).glob(start + end))
    if not archives:
        pytest.skip(f'{start}{end} is not in {folder}')
    product = convert_archive(recipe, archives[0].read_bytes())
    assert hashlib.sha256(product).hexdigest() == Section.read(find_model(name)).sha256()
