# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
How good the people found in COCO's images are: average precision, precision and ghosts.

COCO's average precision (AP) counts a person of low score hardly at all, so a parser gains AP by
publishing people who are not there. Whoever acts on every person published wants to know the
other two: the share of them who are there, and how many appear in images without anybody.

All rest on the object keypoint similarity, ``OKS = mean over labelled parts of
exp(-d^2 / (2 area (2 sigma)^2))``, and on COCO's own program for it, pycocotools.
"""

from __future__ import annotations

from contextlib import redirect_stdout
from dataclasses import dataclass
import io
from typing import Any

import numpy as np

from openpose_ros.evaluation.coco import CocoAnnotations
from openpose_ros.skeletons.coco_17 import PERSON

_MATCH_OKS = 0.5
_MEANS = 6  # of COCO's ten figures for keypoints: five of AP, then AR


@dataclass(frozen=True)
class CocoScores:
    """
    COCO's figures for keypoints, each in [0, 1].

    :param ap: Average precision, mean over OKS 0.50, 0.55, ..., 0.95.
    :param ap50: Average precision at OKS 0.50.
    :param ap75: Average precision at OKS 0.75.
    :param ar: Average recall, mean over the same OKS, with at most 20 people per image.
    """

    ap: float
    ap50: float
    ap75: float
    ar: float


@dataclass(frozen=True)
class PublishedPeople:
    """
    Which of the people published are there.

    Right, wrong and undecided are counted in the images in which somebody has labelled keypoints;
    matches are one to one, the person of the best score chooses first.

    :param labelled_images: Number of images in which somebody has labelled keypoints.
    :param right: People who match somebody labelled with OKS 0.5 or more.
    :param wrong: People who match nobody.
    :param undecided: People of whom the annotations cannot tell: they match only a crowd or
        somebody annotated without keypoints, for whom COCO takes the distance from the box,
        grown by its own size on each side.
    :param empty_images: Number of images without any annotation of a person.
    :param ghosts: People published in those.
    """

    labelled_images: int
    right: int
    wrong: int
    undecided: int
    empty_images: int
    ghosts: int

    @property
    def precision(self) -> float:
        """Share of the right among the right and the wrong, 0 if there are none."""
        return self.right / max(self.right + self.wrong, 1)


def coco_scores(annotations: CocoAnnotations, results: list[dict[str, Any]]) -> CocoScores:
    """
    Compute COCO's average precision.

    :param annotations: The annotated people.
    :param results: The people found in all images, from
        :func:`~openpose_ros.io.coco_results.people_to_coco`.
    :raises ImportError: If pycocotools is missing; says how to get it.
    """
    if not results:  # pycocotools cannot load them
        return CocoScores(0.0, 0.0, 0.0, 0.0)
    with redirect_stdout(io.StringIO()):
        evaluation = _evaluation(annotations, results)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    ap, ap50, ap75, _, _, ar = (float(value) for value in evaluation.stats[:_MEANS])
    return CocoScores(ap, ap50, ap75, ar)


def count_published(
    annotations: CocoAnnotations, results: list[dict[str, Any]]
) -> PublishedPeople:
    """
    Count the people published who are there and who are not.

    :param annotations: The annotated people.
    :param results: The people found in all images, from
        :func:`~openpose_ros.io.coco_results.people_to_coco`.
    :raises ImportError: If pycocotools is missing; says how to get it.
    """
    right = wrong = undecided = 0
    for image in _matches(annotations, results) if results else ():
        ignored = np.asarray(image['dtIgnore'][0], np.bool_)
        matched = np.asarray(image['dtMatches'][0]) > 0
        right += int((matched & ~ignored).sum())
        wrong += int((~matched & ~ignored).sum())
        undecided += int(ignored.sum())
    return PublishedPeople(
        len(annotations.labelled),
        right,
        wrong,
        undecided,
        len(annotations.empty),
        sum(one['image_id'] in annotations.empty for one in results),
    )


def _matches(
    annotations: CocoAnnotations, results: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return COCO's record of matches of each image with labelled people."""
    with redirect_stdout(io.StringIO()):
        evaluation = _evaluation(annotations, results)
        parameters = evaluation.params
        parameters.imgIds = sorted(annotations.labelled)
        parameters.iouThrs = np.array([_MATCH_OKS])
        parameters.maxDets = [len(results)]  # everybody published counts, not the best 20
        parameters.areaRng, parameters.areaRngLbl = parameters.areaRng[:1], ['all']
        evaluation.evaluate()
    return [image for image in evaluation.evalImgs if image is not None]


def _evaluation(annotations: CocoAnnotations, results: list[dict[str, Any]]) -> Any:
    try:
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
    except ImportError as error:
        raise ImportError(
            'pycocotools is missing: pip install "openpose_ros[evaluation]"'
        ) from error
    truth = COCO()
    # Copies, because the evaluation writes into each annotation.
    copies = [{'iscrowd': 0, **one} for one in annotations.document['annotations']]
    truth.dataset = {
        'images': annotations.document['images'],
        'annotations': [{**one, 'category_id': PERSON} for one in copies],
        'categories': [{'id': PERSON, 'name': 'person'}],
    }
    truth.createIndex()
    return COCOeval(truth, truth.loadRes(results), 'keypoints')
