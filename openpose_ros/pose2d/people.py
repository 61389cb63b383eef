# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Candidate limbs to people: greedy assembly with redundant limbs (paper, section 3.4 and 4).

The candidates of all limbs are taken best first; one that contradicts the people assembled so far
is ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Array
from openpose_ros.types import FloatArray
from openpose_ros.types import ImageTransform
from openpose_ros.types import IntArray
from openpose_ros.types import Keypoints2D
from openpose_ros.types import Limbs
from openpose_ros.types import Peaks
from openpose_ros.types import People2D

# Weight of the peaks' scores beside the PAF score in the order of the candidates (OpenPose).
_PEAK_WEIGHT = 0.1
# Candidates taken one by one before those that contradict by now are dropped all at once; real
# images stay below the first figure.
_FIRST_BATCH = 1024
_MAX_PARTS = 62  # the parts of a person are the bits of an int64
# A person left with no more than this many parts once feet are not counted is dropped (OpenPose).
_MIN_PARTS_WITH_UNCOUNTED = 5


@dataclass(frozen=True)
class PeopleParameters(ParameterGroup):
    """Which assembled people are published."""

    group: ClassVar[str] = 'people'

    min_parts: int = param(3, 'Fewest parts of a person.', low=1, high=62, dynamic=True)
    # OpenPose has 0.4. On coco_dev that leaves 5 people in the 28 images without anybody (second
    # network), this leaves 2, and neither network loses AP by it.
    min_score: float = param(
        0.64, 'Lowest sum of peak and limb scores per part.', low=0.0, high=2.0, dynamic=True
    )
    count_all_parts: bool = param(
        False, 'Count the feet, too, towards min_parts.', dynamic=True
    )
    second_pass: bool = param(
        False,
        'If nobody passes, publish whoever has 2 parts and a score of 0.05 per part.',
        dynamic=True,
    )
    max_people: int = param(
        0, 'Most people per image, the best by score and size; 0: all.', low=0, dynamic=True
    )


# OpenPose's rule for --maximize_positives. It has a second pass by this rule whenever nobody
# passes, which here is a parameter: it finds people in most images without any.
LENIENT = PeopleParameters(min_parts=2, min_score=0.05, count_all_parts=True)


@dataclass(frozen=True, eq=False)
class _Candidates:
    """
    Candidate limbs, best first; every array has shape ``(M,)``.

    :param peaks_from: First peak.
    :param peaks_to: Second peak.
    :param bits_from: Bit of the first peak's part.
    :param bits_to: Bit of the second peak's part.
    :param scores: PAF scores.
    """

    peaks_from: IntArray
    peaks_to: IntArray
    bits_from: IntArray
    bits_to: IntArray
    scores: Array

    def take(self, rows: Array | slice) -> _Candidates:
        return _Candidates(
            self.peaks_from[rows],
            self.peaks_to[rows],
            self.bits_from[rows],
            self.bits_to[rows],
            self.scores[rows],
        )

    def __len__(self) -> int:
        return len(self.scores)


class _Assembly:
    """The people assembled so far: who owns which peak, and which parts everybody has."""

    def __init__(self, peak_scores: FloatArray) -> None:
        self._peak_scores = peak_scores.tolist()
        self.owners = [-1] * len(peak_scores)
        self._members: list[list[int]] = []
        self._parts: list[int] = []
        self.totals: list[float] = []

    def add(self, candidates: _Candidates) -> None:
        """Take the candidates one by one; those that contradict are ignored."""
        owners, parts, totals = self.owners, self._parts, self.totals
        columns = (
            candidates.peaks_from.tolist(),
            candidates.peaks_to.tolist(),
            candidates.bits_from.tolist(),
            candidates.bits_to.tolist(),
            candidates.scores.tolist(),
        )
        for first, second, bit_first, bit_second, score in zip(*columns):
            one, other = owners[first], owners[second]
            if one < 0 and other < 0:
                self._start(first, second, bit_first | bit_second, score)
            elif one == other:
                totals[one] += score
            elif other < 0:
                if not parts[one] & bit_second:
                    self._extend(one, second, bit_second, score)
            elif one < 0:
                if not parts[other] & bit_first:
                    self._extend(other, first, bit_first, score)
            elif not parts[one] & parts[other]:
                self._merge(one, other, score)

    def settle(self, candidates: _Candidates) -> _Candidates:
        """
        Take the candidates whose outcome is certain by now and return the others.

        People only ever gain parts, so what contradicts now contradicts for good, and a limb
        within one person stays within it.
        """
        owners = np.array(self.owners)
        parts = np.array([*self._parts, 0])  # the owner -1 of a free peak has no parts
        one, other = owners[candidates.peaks_from], owners[candidates.peaks_to]
        within = (one == other) & (one >= 0)
        gained = np.bincount(one[within], candidates.scores[within], minlength=len(self.totals))
        self.totals = (np.array(self.totals) + gained).tolist()
        have_first = np.where(one < 0, candidates.bits_from, parts[one])
        have_second = np.where(other < 0, candidates.bits_to, parts[other])
        return candidates.take(np.flatnonzero(~within & (have_first & have_second == 0)))

    def _start(self, first: int, second: int, bits: int, score: float) -> None:
        self.owners[first] = self.owners[second] = len(self.totals)
        self._members.append([first, second])
        self._parts.append(bits)
        self.totals.append(score + self._peak_scores[first] + self._peak_scores[second])

    def _extend(self, person: int, peak: int, bit: int, score: float) -> None:
        self.owners[peak] = person
        self._members[person].append(peak)
        self._parts[person] |= bit
        self.totals[person] += score + self._peak_scores[peak]

    def _merge(self, person: int, absorbed: int, score: float) -> None:
        for peak in self._members[absorbed]:
            self.owners[peak] = person
        self._members[person] += self._members[absorbed]
        self._parts[person] |= self._parts[absorbed]
        self.totals[person] += score + self.totals[absorbed]
        self._parts[absorbed] = 0
        self._members[absorbed] = []


def assemble_people(
    peaks: Peaks,
    limbs: Limbs,
    skeleton: Skeleton,
    parameters: PeopleParameters,
    *,
    transform: ImageTransform,
    image_size: tuple[int, int],
) -> People2D:
    """
    Assemble peaks to people along the candidate limbs and drop unlikely people.

    For each candidate, best first: if neither peak belongs to anybody, they start a person; if one
    does and that person lacks the other part, the peak is added; if both belong to one person, the
    score is added; if they belong to two people without a common part, these are merged.

    :param peaks: Peaks ordered by part.
    :param limbs: Candidate limbs between these peaks.
    :param skeleton: Skeleton of P parts and L limbs.
    :param parameters: Filter.
    :param transform: From map cells to the source image.
    :param image_size: Width and height of the source image in pixels.
    :return: People, best first, in pixels of the source image. The score of a person is the sum of
        the scores of peaks and limbs over P + L, as OpenPose's.
    :raises ValueError: If the skeleton has more parts than can be assembled.
    """
    if len(skeleton.parts) > _MAX_PARTS:
        raise ValueError(
            f"skeleton '{skeleton.name}' has {len(skeleton.parts)} parts, "
            f'expected at most {_MAX_PARTS}'
        )
    owners, totals = _assemble(peaks, limbs, skeleton)
    kept = _plausible(owners, totals, peaks.part_ids, skeleton, parameters)
    if parameters.second_pass and not len(kept):
        kept = _plausible(owners, totals, peaks.part_ids, skeleton, LENIENT)
    place, rows = _places(owners, kept, peaks.part_ids)
    keypoints = Keypoints2D.missing(len(kept), len(skeleton.parts))
    # Cells at the border and in the padding reach a little beyond the image.
    last_pixel = np.array(image_size, np.float32) - 1
    keypoints.xy[place] = np.clip(transform.to_image(peaks.xy_map[rows]), 0, last_pixel)
    keypoints.scores[place] = peaks.scores[rows]
    scores = totals[kept] / (len(skeleton.parts) + len(skeleton.limbs))
    bounded = np.clip(scores, 0, 1).astype(np.float32)
    best = _best(keypoints, bounded, parameters.max_people)
    return People2D.from_body(skeleton.name, keypoints.take(best), bounded[best], image_size)


def _assemble(peaks: Peaks, limbs: Limbs, skeleton: Skeleton) -> tuple[IntArray, Array]:
    """Return the person of each peak, -1 for none, and everybody's sum of scores."""
    pairs = skeleton.limb_pairs
    scores = limbs.scores.astype(np.float64)
    key = scores + _PEAK_WEIGHT * (
        peaks.scores[limbs.peaks_from] + peaks.scores[limbs.peaks_to]
    )
    bits = np.int64(1) << pairs
    candidates = _Candidates(
        limbs.peaks_from,
        limbs.peaks_to,
        bits[limbs.limb_ids, 0],
        bits[limbs.limb_ids, 1],
        scores,
    ).take(np.argsort(-key, kind='stable'))
    assembly = _Assembly(peaks.scores)
    batch = _FIRST_BATCH
    while len(candidates):
        assembly.add(candidates.take(slice(0, batch)))
        candidates = candidates.take(slice(batch, None))
        if len(candidates):
            candidates = assembly.settle(candidates)
            batch *= 2
    return np.array(assembly.owners, np.int64), np.array(assembly.totals)


def _plausible(
    owners: IntArray,
    totals: Array,
    part_ids: IntArray,
    skeleton: Skeleton,
    parameters: PeopleParameters,
) -> IntArray:
    """Return the people with enough parts and score."""
    owned = owners >= 0
    counts = skeleton.counted[part_ids] | parameters.count_all_parts
    parts = np.bincount(owners[owned], minlength=len(totals))
    counted = np.bincount(owners[owned & counts], minlength=len(totals))
    enough = counted >= np.where(
        counted < parts,
        max(parameters.min_parts, _MIN_PARTS_WITH_UNCOUNTED),
        parameters.min_parts,
    )
    likely = totals >= parameters.min_score * counted
    return np.flatnonzero(enough & likely)


def _places(
    owners: IntArray, kept: IntArray, part_ids: IntArray
) -> tuple[tuple[IntArray, IntArray], IntArray]:
    """Return person and part of each peak that belongs to somebody kept, and the peak."""
    new_number = np.full(owners.max(initial=-1) + 2, -1)  # the last is for the owner -1
    new_number[kept] = np.arange(len(kept))
    people = new_number[owners]
    rows = np.flatnonzero(people >= 0)
    return (people[rows], part_ids[rows]), rows


def _best(keypoints: Keypoints2D, scores: FloatArray, max_people: int) -> IntArray:
    """Return the people to publish, best first, by score times root of the bounding box's area."""
    if max_people == 0 or len(scores) <= max_people:
        return np.argsort(-scores, kind='stable')
    size = np.nanmax(keypoints.xy, axis=1) - np.nanmin(keypoints.xy, axis=1)
    order = np.argsort(-scores * np.sqrt(size[:, 0] * size[:, 1]), kind='stable')
    return order[:max_people]
