# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import pytest

from openpose_ros.io.bag_folders import bytes_of
from openpose_ros.io.bag_folders import find_bags
from openpose_ros.io.bag_folders import output_of


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with bags at two depths, and what is none."""
    for name in ('monday/one', 'monday/two', 'three', '.five.part/five'):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / 'metadata.yaml').write_text('x' * 5)
        (tmp_path / name / 'bag.mcap').write_text('x' * 7)
    (tmp_path / 'four.mcap').touch()
    (tmp_path / 'notes.txt').touch()
    (tmp_path / 'empty').mkdir()
    return tmp_path


def test_find_bags_at_any_depth(place: Path) -> None:
    found = [str(bag.relative_to(place)) for bag in find_bags(place)]
    # The files within a bag are no bags, and what a killed writer left is none either.
    assert found == ['four.mcap', 'monday/one', 'monday/two', 'three']


def test_find_bags_of_a_bag_is_itself(place: Path) -> None:
    assert find_bags(place / 'three') == [place / 'three']
    assert find_bags(place / 'four.mcap') == [place / 'four.mcap']


@pytest.mark.parametrize(('name', 'message'), [
    ('nothing', 'does not exist'),
    ('notes.txt', 'is no bag, expected a folder, or a .mcap or .db3 file'),
    ('empty', 'no bag in'),
])  # fmt: skip
def test_find_bags_without_a_bag_names_the_place(place: Path, name: str, message: str) -> None:
    with pytest.raises(ValueError, match=f'{name}.*{message}|{message}.*{name}'):
        find_bags(place / name)


def test_output_of_keeps_the_folders(place: Path) -> None:
    out = Path('/out')
    assert output_of(place / 'monday/one', place, out) == out / 'monday/one'
    assert output_of(place / 'four.mcap', place, out) == out / 'four'
    assert output_of(place / 'three', place / 'three', out) == out


def test_bytes_of_counts_all_files(place: Path) -> None:
    assert bytes_of(place / 'three') == 12
    assert bytes_of(place / 'three' / 'bag.mcap') == 7
