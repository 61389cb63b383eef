# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The parser once more, slow and plain: one loop per sentence of the paper and of OpenPose's rules.

Nothing here is vectorised or shared with the package but the values that go in and come out, so
that the fast parser can be compared with something that is easy to check by reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
import math
from typing import Any

import numpy as np

from openpose_ros.pose2d.limbs import LimbParameters
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.pose2d.peaks import PeakParameters
from openpose_ros.pose2d.people import PeopleParameters
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import FieldMaps
from openpose_ros.types import Limbs
from openpose_ros.types import Peaks

NEIGHBOURS_BEFORE = ((-1, -1), (-1, 0), (-1, 1), (0, -1))
NEIGHBOURS_AFTER = ((0, 1), (1, -1), (1, 0), (1, 1))


@dataclass(frozen=True)
class Peak:
    """A peak: part, position in map cells and score."""

    part: int
    x: float
    y: float
    score: float


@dataclass(frozen=True)
class Candidate:
    """
    A pair of peaks a limb may join.

    :param limb: Limb index.
    :param first: Number of the first peak.
    :param second: Number of the second peak.
    :param score: Eq. 11, or the score of near peaks; ``None`` if rejected.
    :param margin: Least distance of a sample from the threshold: with less than the error of
        reading a map between its cells the decision may fall either way.
    """

    limb: int
    first: int
    second: int
    score: float | None
    margin: float


@dataclass
class Person:
    """Somebody being assembled: the peak of each part and the sum of scores."""

    peaks: dict[int, int] = field(default_factory=dict)
    total: float = 0.0


# ---- peaks


def find_peaks(heatmaps: Any, parameters: PeakParameters) -> list[Peak]:
    """Return the peaks of all parts: strict maxima, of equal neighbours the first."""
    found = []
    for part, heatmap in enumerate(np.asarray(heatmaps, float).tolist()):
        cells = [
            (row, column)
            for row in range(len(heatmap))
            for column in range(len(heatmap[0]))
            if is_maximum(heatmap, row, column, 0.7 * parameters.min_score)
        ]
        best = sorted(cells, key=lambda cell: -heatmap[cell[0]][cell[1]])
        for row, column in sorted(best[: parameters.max_per_part]):
            x, y, score = refine(heatmap, row, column)
            if score > parameters.min_score:
                found.append(Peak(part, x, y, min(score, 1.0)))
    return found


def is_maximum(heatmap: list[list[float]], row: int, column: int, floor: float) -> bool:
    value = heatmap[row][column]

    def at(offset: tuple[int, int]) -> float:
        i, j = row + offset[0], column + offset[1]
        inside = 0 <= i < len(heatmap) and 0 <= j < len(heatmap[0])
        return heatmap[i][j] if inside else -math.inf

    return (
        value > floor
        and all(value > at(offset) for offset in NEIGHBOURS_BEFORE)
        and all(value >= at(offset) for offset in NEIGHBOURS_AFTER)
    )


def keys(distance: float) -> float:
    """Return the weight of the cubic convolution kernel with a = -0.75."""
    a, d = -0.75, abs(distance)
    if d <= 1:
        return (a + 2) * d**3 - (a + 3) * d**2 + 1
    if d < 2:
        return a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a
    return 0.0


def cubic(heatmap: list[list[float]], row: int, column: int, dy: float, dx: float) -> float:
    """Read a map beside a cell; beyond the border its last cells go on."""
    total = 0.0
    for i in range(-2, 3):
        for j in range(-2, 3):
            inside_row = min(max(row + i, 0), len(heatmap) - 1)
            inside_column = min(max(column + j, 0), len(heatmap[0]) - 1)
            weight = keys(dy - i) * keys(dx - j)
            total += weight * heatmap[inside_row][inside_column]
    return total


def refine(heatmap: list[list[float]], row: int, column: int) -> tuple[float, float, float]:
    """Return x, y and score of the highest of the eighth-cell points around a cell."""
    steps = range(-5, 6)
    fine = {
        (i, j): cubic(heatmap, row, column, i / 8, j / 8) for i in steps for j in steps
    }
    best = max(fine, key=lambda place: fine[place])
    i, j = (min(max(step, -4), 4) for step in best)
    dy = parabola(fine[i - 1, j], fine[i, j], fine[i + 1, j])
    dx = parabola(fine[i, j - 1], fine[i, j], fine[i, j + 1])
    return column + (j + dx) / 8, row + (i + dy) / 8, fine[best]


def parabola(before: float, centre: float, after: float) -> float:
    """Return where the parabola through three values at -1, 0, 1 is highest."""
    curvature = before - 2 * centre + after
    if curvature >= 0:
        return 0.0
    return min(max(0.5 * (before - after) / curvature, -1.0), 1.0)


# ---- limbs


def score_limbs(
    peaks: list[Peak],
    pafs: Any,
    stride: float,
    skeleton: Skeleton,
    parameters: LimbParameters,
    near_score: float,
) -> list[Candidate]:
    """Return all pairs of peaks of all limbs with their decision."""
    fields = np.asarray(pafs, float).tolist()
    height, width = len(fields[0][0]), len(fields[0][0][0])
    near_px = math.sqrt(height * stride * width * stride) / 150
    candidates = []
    for limb, (part_from, part_to) in enumerate(skeleton.limb_pairs.tolist()):
        for first, a in enumerate(peaks):
            for second, b in enumerate(peaks):
                if a.part == part_from and b.part == part_to:
                    score, margin = score_pair(
                        a, b, fields[limb], stride, parameters, near_px, near_score
                    )
                    candidates.append(Candidate(limb, first, second, score, margin))
    return candidates


def score_pair(
    a: Peak,
    b: Peak,
    vectors: list[list[list[float]]],
    stride: float,
    parameters: LimbParameters,
    near_px: float,
    near_score: float,
) -> tuple[float | None, float]:
    """Return the score of a pair, ``None`` if it is rejected, and the margin of the decision."""
    length_px = math.hypot(b.x - a.x, b.y - a.y) * stride
    if length_px <= 1e-6:
        return None, math.inf
    near = length_px < near_px
    middle = project(a, b, vectors, 0.5)
    if middle <= parameters.min_score and not near:
        return None, parameters.min_score - middle
    count = sample_count(a, b, stride)
    samples = [project(a, b, vectors, number / count) for number in range(count)]
    margin = min(abs(value - parameters.min_score) for value in (middle, *samples))
    kept = [value for value in samples if value > parameters.min_score]
    if len(kept) > parameters.min_inlier_ratio * count:
        return sum(kept) / len(kept), margin
    return (near_score if near else None), margin


def sample_count(a: Peak, b: Peak, stride: float) -> int:
    longest_px = max(abs(b.x - a.x), abs(b.y - a.y)) * stride
    return min(max(round(math.sqrt(5 * longest_px)), 5), 25)


def project(a: Peak, b: Peak, vectors: list[list[list[float]]], u: float) -> float:
    """Return the field at p(u) (Eq. 12) times the unit vector from a to b."""
    x, y = a.x + (b.x - a.x) * u, a.y + (b.y - a.y) * u
    length = math.hypot(b.x - a.x, b.y - a.y)
    across, down = bilinear(vectors[0], x, y), bilinear(vectors[1], x, y)
    return (across * (b.x - a.x) + down * (b.y - a.y)) / length


def bilinear(channel: list[list[float]], x: float, y: float) -> float:
    """Read a channel between its cells; beyond the border its last cells go on."""
    x = min(max(x, 0.0), len(channel[0]) - 1.0)
    y = min(max(y, 0.0), len(channel) - 1.0)
    column, row = min(int(x), len(channel[0]) - 2), min(int(y), len(channel) - 2)
    column, row = max(column, 0), max(row, 0)
    right, below = min(column + 1, len(channel[0]) - 1), min(row + 1, len(channel) - 1)
    fx, fy = x - column, y - row
    upper = channel[row][column] * (1 - fx) + channel[row][right] * fx
    lower = channel[below][column] * (1 - fx) + channel[below][right] * fx
    return upper * (1 - fy) + lower * fy


# ---- people


def assemble(
    peak_scores: list[float],
    peak_parts: list[int],
    candidates: list[tuple[int, int, int, float]],
) -> list[Person]:
    """
    Return everybody, before the filter.

    :param peak_scores: Score of each peak.
    :param peak_parts: Part of each peak.
    :param candidates: Limb, first peak, second peak and PAF score.
    """
    people: list[Person] = []
    order = sorted(
        candidates,
        key=lambda c: -(c[3] + 0.1 * peak_scores[c[1]] + 0.1 * peak_scores[c[2]]),
    )
    for _, first, second, score in order:
        one = owner(people, first)
        other = owner(people, second)
        if one is None and other is None:
            person = Person({peak_parts[first]: first, peak_parts[second]: second})
            person.total = peak_scores[first] + peak_scores[second] + score
            people.append(person)
        elif one is other:
            one.total += score
        elif other is None or one is None:
            person, peak = (one, second) if other is None else (other, first)
            if peak_parts[peak] not in person.peaks:
                person.peaks[peak_parts[peak]] = peak
                person.total += peak_scores[peak] + score
        elif not set(one.peaks) & set(other.peaks):
            one.peaks.update(other.peaks)
            one.total += other.total + score
            people = [person for person in people if person is not other]
    return people


def owner(people: list[Person], peak: int) -> Any:
    for person in people:
        if peak in person.peaks.values():
            return person
    return None


def plausible(person: Person, skeleton: Skeleton, parameters: PeopleParameters) -> bool:
    """Return whether somebody passes OpenPose's filter."""
    uncounted = {skeleton.parts.index(name) for name in skeleton.uncounted}
    counted = [part for part in person.peaks if part not in uncounted]
    if len(counted) < len(person.peaks) and len(counted) <= 4:
        return False
    return (
        len(counted) >= parameters.min_parts
        and person.total >= parameters.min_score * len(counted)
    )


def people_of(
    peaks: list[Peak],
    candidates: list[tuple[int, int, int, float]],
    skeleton: Skeleton,
    parameters: PeopleParameters,
) -> list[tuple[float, dict[int, Peak]]]:
    """Return score and peaks by part of everybody who is published, best first."""
    everybody = assemble([p.score for p in peaks], [p.part for p in peaks], candidates)
    kept = [person for person in everybody if plausible(person, skeleton, parameters)]
    size = len(skeleton.parts) + len(skeleton.limbs)
    return sorted(
        (
            (
                min(person.total / size, 1.0),
                {part: peaks[peak] for part, peak in person.peaks.items()},
            )
            for person in kept
        ),
        key=lambda item: -item[0],
    )


def parse_maps(
    maps: FieldMaps, skeleton: Skeleton, parameters: ParserParameters
) -> list[tuple[float, dict[int, Peak]]]:
    """Return score and peaks by part of everybody in the maps, best first."""
    peaks = find_peaks(maps.heatmaps, parameters.peaks)
    near_score = parameters.peaks.min_score + 1e-6
    scored = score_limbs(peaks, maps.pafs, maps.stride, skeleton, parameters.limbs, near_score)
    accepted = [(c.limb, c.first, c.second, c.score) for c in scored if c.score is not None]
    return people_of(peaks, accepted, skeleton, parameters.people)


# ---- the package's values as this module's


def peaks_from(peaks: Peaks) -> list[Peak]:
    """Return the package's peaks as a list."""
    rows = zip(peaks.part_ids.tolist(), peaks.xy_map.tolist(), peaks.scores.tolist())
    return [Peak(part, x, y, score) for part, (x, y), score in rows]


def candidates_from(limbs: Limbs) -> list[tuple[int, int, int, float]]:
    """Return the package's candidate limbs as a list."""
    return list(
        zip(
            limbs.limb_ids.tolist(),
            limbs.peaks_from.tolist(),
            limbs.peaks_to.tolist(),
            limbs.scores.tolist(),
        )
    )
