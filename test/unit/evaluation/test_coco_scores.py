# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
COCO's program does the arithmetic; what it is given and what is read from it is checked by hand.

Sigma of the nose is 0.026, so a person of area 10000 of whom only the nose is labelled has
OKS = exp(-d^2 / (2 * 10000 * 0.052^2)) = exp(-d^2 / 54.08): 0.514 at 6 px, 0.458 at 6.5 px.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
import sys
from typing import Any

import pytest

from openpose_ros.evaluation.coco_scores import coco_scores
from openpose_ros.evaluation.coco_scores import CocoScores
from openpose_ros.evaluation.coco_scores import count_published
from openpose_ros.evaluation.coco_scores import PublishedPeople
from openpose_ros.io.coco_results import people_to_coco
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import People2D

FAR = (300.0, 200.0)

needs_pycocotools = pytest.mark.skipif(
    find_spec('pycocotools') is None,
    reason='pycocotools is missing: pip install "openpose_ros[evaluation]"',
)


def results_of(*people: People2D) -> list[dict[str, Any]]:
    """Return the results of images 1, 2, ..."""
    skeleton = get_skeleton('coco_18')
    return [
        result
        for number, found in enumerate(people, start=1)
        for result in people_to_coco(found, number, skeleton)
    ]


@pytest.fixture
def two_people(
    annotate: Callable[..., Any], annotated_person: Callable[..., dict[str, Any]]
) -> Any:
    """Annotate image 1: one person on the circle, one far from it."""
    return annotate(annotated_person(1, 1), annotated_person(2, 1, shift=FAR))


@needs_pycocotools
def test_coco_scores_of_the_annotated_people_is_one(
    two_people: Any, people_at: Callable[..., People2D]
) -> None:
    results = results_of(people_at((0, 0), FAR))
    assert coco_scores(two_people, results) == CocoScores(1.0, 1.0, 1.0, 1.0)


@needs_pycocotools
def test_coco_scores_of_one_in_two_is_precision_one_up_to_recall_one_half(
    two_people: Any, people_at: Callable[..., People2D]
) -> None:
    scores = coco_scores(two_people, results_of(people_at((0, 0))))
    # The precision is read at recall 0, 0.01, ..., 1, and is 1 at the 51 up to 0.5.
    assert scores.ap == pytest.approx(51 / 101)
    assert scores.ar == pytest.approx(0.5)


@needs_pycocotools
def test_coco_scores_between_the_thresholds_counts_those_below(
    annotate: Callable[..., Any],
    annotated_person: Callable[..., dict[str, Any]],
    people_at: Callable[..., People2D],
) -> None:
    annotations = annotate(annotated_person(1, 1, parts=('nose',)))
    # OKS exp(-16 / 54.08) = 0.744: right at the five thresholds 0.50 .. 0.70 of ten.
    scores = coco_scores(annotations, results_of(people_at((4, 0))))
    assert (scores.ap, scores.ap50, scores.ap75, scores.ar) == pytest.approx((0.5, 1, 0, 0.5))


def test_coco_scores_of_nobody_is_zero(
    two_people: Any, people_at: Callable[..., People2D]
) -> None:
    assert coco_scores(two_people, results_of(people_at())) == CocoScores(0.0, 0.0, 0.0, 0.0)


@needs_pycocotools
def test_coco_scores_says_nothing_and_leaves_the_annotations_alone(
    two_people: Any,
    people_at: Callable[..., People2D],
    capfd: pytest.CaptureFixture[str],
) -> None:
    keys = {key for one in two_people.document['annotations'] for key in one}
    results = results_of(people_at((0, 0)))
    coco_scores(two_people, results)
    count_published(two_people, results)
    assert capfd.readouterr() == ('', '')
    assert {key for one in two_people.document['annotations'] for key in one} == keys


@needs_pycocotools
@pytest.mark.parametrize(
    ('distance', 'right'),
    [
        (6.0, 1),  # OKS 0.514
        (6.5, 0),  # OKS 0.458
    ],
)
def test_count_published_is_right_from_oks_one_half(
    annotate: Callable[..., Any],
    annotated_person: Callable[..., dict[str, Any]],
    people_at: Callable[..., People2D],
    distance: float,
    right: int,
) -> None:
    annotations = annotate(annotated_person(1, 1, parts=('nose',)))
    found = count_published(annotations, results_of(people_at((distance, 0))))
    assert found == PublishedPeople(1, right, 1 - right, 0, 0, 0)
    assert found.precision == right


@needs_pycocotools
def test_count_published_twice_the_same_person_is_once_right_once_wrong(
    two_people: Any, people_at: Callable[..., People2D]
) -> None:
    found = count_published(two_people, results_of(people_at((0, 0), (1, 0))))
    assert (found.right, found.wrong) == (1, 1)
    assert found.precision == 0.5


@needs_pycocotools
def test_count_published_more_than_twenty_people_counts_all(
    two_people: Any, people_at: Callable[..., People2D]
) -> None:
    shifts = [(200.0 + 5 * number, 400.0) for number in range(30)]
    found = count_published(two_people, results_of(people_at((0, 0), *shifts, scores=(0.5,) * 31)))
    assert (found.right, found.wrong) == (1, 30)


@needs_pycocotools
def test_count_published_on_people_without_keypoints_or_a_crowd_is_undecided(
    annotate: Callable[..., Any],
    annotated_person: Callable[..., dict[str, Any]],
    people_at: Callable[..., People2D],
) -> None:
    below, aside = (0.0, 1000.0), (1000.0, 0.0)
    annotations = annotate(
        annotated_person(1, 1),
        annotated_person(2, 1, shift=below, parts=()),
        annotated_person(3, 1, shift=aside, crowd=True),
    )
    # A crowd takes everybody in it, somebody without keypoints one person, like anybody else.
    results = results_of(people_at((0, 0), below, below, aside, aside, aside))
    found = count_published(annotations, results)
    assert (found.right, found.wrong, found.undecided) == (1, 1, 4)


@needs_pycocotools
def test_count_published_where_nobody_is_annotated_is_a_ghost(
    annotate: Callable[..., Any],
    annotated_person: Callable[..., dict[str, Any]],
    people_at: Callable[..., People2D],
) -> None:
    # Image 1 labelled, 2 annotated without keypoints (neither count), 3 and 4 without anybody.
    annotations = annotate(annotated_person(1, 1), annotated_person(2, 2, parts=()), images=4)
    everywhere = people_at((0, 0), FAR)
    found = count_published(annotations, results_of(*[everywhere] * 4))
    assert found == PublishedPeople(1, 1, 1, 0, 2, 4)


def test_count_published_of_nobody_is_precision_zero(
    two_people: Any, people_at: Callable[..., People2D]
) -> None:
    found = count_published(two_people, results_of(people_at()))
    assert found == PublishedPeople(1, 0, 0, 0, 0, 0)
    assert found.precision == 0.0


def test_without_pycocotools_the_message_says_how_to_get_it(
    two_people: Any, people_at: Callable[..., People2D], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, 'pycocotools.coco', None)
    with pytest.raises(ImportError, match='pip install'):
        coco_scores(two_people, results_of(people_at((0, 0))))
