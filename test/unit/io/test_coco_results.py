# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openpose_ros.io.coco_results import CocoResultsWriter
from openpose_ros.io.coco_results import image_id_of
from openpose_ros.io.coco_results import people_from_coco
from openpose_ros.io.coco_results import people_to_coco
from openpose_ros.io.coco_results import read_coco_results
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons.coco_17 import COCO_PARTS
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

COCO_18 = get_skeleton('coco_18')


def one_person(name: str) -> People2D:
    """Return a person whose part i is at (10 i, 10 i + 1) with score (i + 1) / 100."""
    parts = np.arange(len(get_skeleton(name).parts))
    xy = np.stack((10 * parts, 10 * parts + 1), axis=1)[None].astype(np.float32)
    scores = ((parts + 1) / 100)[None].astype(np.float32)
    score = np.array([0.7], np.float32)
    return People2D.from_body(name, Keypoints2D(xy, scores), score, (640, 480))


@pytest.mark.parametrize('name', ['coco_18', 'body_25', 'mpii_15'])
def test_people_to_coco_finds_each_part_by_name(name: str) -> None:
    skeleton = get_skeleton(name)
    (result,) = people_to_coco(one_person(name), 7, skeleton)
    assert (result['image_id'], result['category_id']) == (7, 1)
    assert result['score'] == pytest.approx(0.7)
    table = np.reshape(result['keypoints'], (17, 3))
    for part, row in zip(COCO_PARTS, table):
        if part in skeleton.parts:
            index = skeleton.index(part)
            assert row == pytest.approx((10 * index, 10 * index + 1, (index + 1) / 100))
        else:
            assert row.tolist() == [0, 0, 0]


def test_people_to_coco_of_coco_18_is_in_the_order_of_coco() -> None:
    (result,) = people_to_coco(one_person('coco_18'), 1, get_skeleton('coco_18'))
    # nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles; left first; no neck
    order = [0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10]
    assert result['keypoints'][::3] == [10 * index for index in order]


def test_people_to_coco_missing_keypoint_is_zeros() -> None:
    people = one_person('coco_18')
    people.body.xy[0, 0] = np.nan
    people.body.scores[0, 0] = 0
    (result,) = people_to_coco(people, 1, get_skeleton('coco_18'))
    assert result['keypoints'][:3] == [0, 0, 0]
    assert np.isfinite(result['keypoints']).all()


def test_people_to_coco_of_nobody_is_empty() -> None:
    nobody = one_person('coco_18').body.take(np.zeros(0, np.int64))
    people = People2D.from_body('coco_18', nobody, np.zeros(0, np.float32), (640, 480))
    assert people_to_coco(people, 1, get_skeleton('coco_18')) == []


def test_numbers_are_written_as_short_as_they_are() -> None:
    (result,) = people_to_coco(one_person('coco_18'), 1, COCO_18)
    text = json.dumps(result)
    assert '0.07,' in text and '"score": 0.7}' in text


def random_people(name: str, count: int, seed: int = 3) -> People2D:
    """Return people of whom a third of the keypoints is missing."""
    generator = np.random.default_rng(seed)
    body = Keypoints2D.missing(count, len(get_skeleton(name).parts))
    found = generator.random(body.scores.shape) > 0.33
    body.xy[found] = generator.uniform(0, 640, (int(found.sum()), 2))
    body.scores[found] = generator.uniform(0.1, 1, int(found.sum()))
    return People2D.from_body(name, body, generator.random(count).astype(np.float32), (640, 480))


@pytest.mark.parametrize('name', ['coco_18', 'body_25', 'body_25b'])
def test_people_from_coco_undoes_people_to_coco_exactly(name: str) -> None:
    before, skeleton = random_people(name, 4), get_skeleton(name)
    text = json.dumps(people_to_coco(before, 9, skeleton), allow_nan=False)
    found = people_from_coco(json.loads(text), name, image_sizes={9: (640, 480), 10: (1, 1)})
    assert list(found) == [9]
    after = found[9]
    assert (after.skeleton, after.image_size) == (name, (640, 480))
    np.testing.assert_array_equal(after.scores, before.scores)
    shared = [skeleton.index(part) for part in COCO_PARTS if part in skeleton.parts]
    np.testing.assert_array_equal(after.body.xy[:, shared], before.body.xy[:, shared])
    np.testing.assert_array_equal(after.body.scores[:, shared], before.body.scores[:, shared])
    others = np.setdiff1d(np.arange(len(skeleton.parts)), shared)
    others = others[[skeleton.parts[index] != 'neck' for index in others]]
    assert not after.body.scores[:, others].any()


def test_people_from_coco_puts_the_neck_between_both_shoulders() -> None:
    body = one_person('coco_18').body
    both = Keypoints2D(np.repeat(body.xy, 2, axis=0), np.repeat(body.scores, 2, axis=0))
    left, right, neck = (
        COCO_18.index(part) for part in ('left_shoulder', 'right_shoulder', 'neck')
    )
    both.xy[1, left], both.scores[1, left] = np.nan, 0
    people = People2D.from_body('coco_18', both, np.ones(2, np.float32), (640, 480))
    found = people_from_coco(people_to_coco(people, 1, COCO_18))[1].body
    assert found.xy[0, neck].tolist() == [5 * (left + right), 5 * (left + right) + 1]
    assert found.scores[0, neck] == pytest.approx((right + 1) / 100), 'the lower of the two'
    assert np.isnan(found.xy[1, neck]).all() and found.scores[1, neck] == 0


def test_people_from_coco_keeps_images_apart_and_leaves_other_categories_out() -> None:
    results = [
        *people_to_coco(random_people('coco_18', 2), 5, COCO_18),
        *people_to_coco(random_people('coco_18', 1), 3, COCO_18),
        {'image_id': 8, 'category_id': 18, 'keypoints': [0] * 51, 'score': 1},
    ]
    found = people_from_coco(results)
    assert {image_id: len(people) for image_id, people in found.items()} == {5: 2, 3: 1}
    assert found[3].image_size == (0, 0)
    assert people_from_coco([]) == {}


def entry(**changes: Any) -> dict[str, Any]:
    return {'image_id': 1, 'category_id': 1, 'keypoints': [1.0] * 51, 'score': 0.5} | changes


@pytest.mark.parametrize(
    ('content', 'words'),
    [
        ({'annotations': []}, 'expected a list, found a dict'),
        ([3], 'entry 0 is no COCO result'),
        ([entry(), {'image_id': 1}], "entry 1 of the results has no 'category_id'"),
        ([entry(keypoints=[1.0] * 54)], "'keypoints' holds 54 numbers, expected 51"),
        ([entry(keypoints=['x'] * 51)], 'entry 0 is no COCO result'),
        ([entry(image_id='a.jpg')], "'image_id' is 'a.jpg', expected an integer"),
    ],
)
def test_people_from_coco_wrong_content_raises(content: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        people_from_coco(content)


def test_writer_writes_what_read_coco_results_reads(tmp_path: Path) -> None:
    path = tmp_path / 'results.json'
    writer = CocoResultsWriter(path)
    writer.write(random_people('coco_18', 2), 7, COCO_18)
    writer.write(random_people('coco_18', 0), 8, COCO_18)
    writer.write(random_people('coco_18', 1, seed=4), 9, COCO_18)
    with pytest.raises(ValueError, match='has an image 8 already'):
        writer.write(random_people('coco_18', 1), 8, COCO_18)
    writer.close()
    writer.close()
    found = read_coco_results(path)
    assert {image_id: len(people) for image_id, people in found.items()} == {7: 2, 9: 1}
    np.testing.assert_array_equal(found[9].scores, random_people('coco_18', 1, seed=4).scores)


def test_writer_of_nobody_writes_an_empty_list(tmp_path: Path) -> None:
    CocoResultsWriter(tmp_path / 'results.json').close()
    assert json.loads((tmp_path / 'results.json').read_text()) == []


def test_read_coco_results_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / 'results.json'
    path.write_text('[{')
    with pytest.raises(ValueError, match=r'results\.json'):
        read_coco_results(path)


@pytest.mark.parametrize(
    ('name', 'number'),
    [('000000000139', 139), ('COCO_val2014_000000000042', 42), ('clip_000000000012', 12)],
)
def test_image_id_of_is_the_last_number(name: str, number: int) -> None:
    assert image_id_of(name) == number


def test_image_id_of_a_name_without_number_raises() -> None:
    with pytest.raises(ValueError, match="'photo' has no number"):
        image_id_of('photo')


def test_pycocotools_reads_the_file(tmp_path: Path) -> None:
    coco = pytest.importorskip('pycocotools.coco')
    truth, results = tmp_path / 'truth.json', tmp_path / 'results.json'
    truth.write_text(json.dumps({
        'info': {}, 'images': [{'id': 139}], 'annotations': [],
        'categories': [{'id': 1, 'name': 'person', 'keypoints': list(COCO_PARTS)}],
    }))
    writer = CocoResultsWriter(results)
    writer.write(random_people('coco_18', 3), 139, COCO_18)
    writer.close()
    loaded = coco.COCO(str(truth)).loadRes(str(results))
    assert len(loaded.getAnnIds(imgIds=[139], catIds=[1])) == 3
