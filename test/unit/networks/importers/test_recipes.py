# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
from pathlib import Path
import tarfile

import onnx
import pytest
from tf_graph_def_builder import GraphDefBuilder

from openpose_ros.networks.importers.recipes import convert_archive
from openpose_ros.networks.importers.recipes import Recipe
from openpose_ros.networks.importers.recipes import RECIPES
from openpose_ros.networks.loading import load_model

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
        package='tiny',
        version='1',
        archive_sha256=hashlib.sha256(archive).hexdigest(),
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
    assert recipe.archive_sha256 in str(caught.value)


def test_convert_archive_of_another_file_in_it_is_refused(tiny: tuple[Recipe, bytes]) -> None:
    recipe = dataclasses.replace(tiny[0], member_sha256='0' * 64)
    with pytest.raises(ValueError, match=r'tiny-1/graph\.pb is damaged or another file'):
        convert_archive(recipe, tiny[1])


@pytest.mark.parametrize('name', sorted(RECIPES))
def test_readme_states_the_source_of_each_recipe(name: str) -> None:
    recipe = RECIPES[name]
    member = recipe.member.split('/', 1)[1]
    for fact in (recipe.archive_sha256, recipe.member_sha256, member, f'`{recipe.package}`'):
        assert fact in README


@pytest.mark.parametrize('name', sorted(RECIPES))
def test_convert_archive_again_gives_the_shipped_file(name: str) -> None:
    folder = os.environ.get(ARCHIVE_VARIABLE)
    if folder is None:
        pytest.skip(f'{ARCHIVE_VARIABLE} does not name a folder with the source archives')
    recipe = RECIPES[name]
    archive = Path(folder) / f'{recipe.package.replace("-", "_")}-{recipe.version}.tar.gz'
    product = convert_archive(recipe, archive.read_bytes())
    assert hashlib.sha256(product).hexdigest() == load_model(name).sha256
