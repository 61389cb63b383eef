# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How long it takes to find who is who in the views of several cameras, and how right it is."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from functools import partial

import numpy as np

from openpose_ros.pose3d.association import associate_views
from openpose_ros.pose3d.association import AssociationParameters
from openpose_ros.pose3d.matching.association_scores import PairScores
from openpose_ros.pose3d.matching.association_scores import score_pairs
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.synthetic.synthetic_bodies import people_in_room
from openpose_ros.pose3d.synthetic.synthetic_views import see_people
from openpose_ros.pose3d.synthetic.synthetic_views import SyntheticViews
from openpose_ros.pose3d.synthetic.synthetic_views import ViewConditions
from openpose_ros.skeletons import get_skeleton
from openpose_ros.tools.benchmark_rows import median_ms
from openpose_ros.tools.benchmark_rows import Row

_SKELETON = get_skeleton('body_25')
_PEOPLE, _CAMERAS = 10, 8
_ROOM_M = 4.0
_MORE_PEOPLE = (5, 10, 20, 40)
_MORE_CAMERAS = (4, 8, 16, 31)
_PARAMETERS = AssociationParameters()


def measure_association(repetitions: int) -> Iterator[Row]:
    """
    Measure the association on known people: occlusion, missing parts, ghosts, flips, noise.

    :param repetitions: Number of scenes, and of times that each thing is done.
    :return: Rows as they are measured.
    """
    duration = _duration_ms(_PEOPLE, _CAMERAS, repetitions)
    yield Row('association.people_10', duration, repetitions)
    scores = PairScores.total(_scores(seed) for seed in range(repetitions))
    note = f'{repetitions} rooms, {scores.true} pairs, {scores.invented} people invented'
    yield Row('association.pair_precision', scores.precision, repetitions, note)
    yield Row('association.pair_recall', scores.recall, repetitions, note)
    for name, counts in (('people', _MORE_PEOPLE), ('cameras', _MORE_CAMERAS)):
        times = [
            _duration_ms(count, _CAMERAS, repetitions)
            if name == 'people'
            else _duration_ms(_PEOPLE, count, repetitions)
            for count in counts
        ]
        yield _growth(name, counts, times, repetitions)


def _growth(name: str, counts: Sequence[int], times: Sequence[float], repetitions: int) -> Row:
    exponent = np.polyfit(np.log(counts), np.log(times), 1)[0]
    note = ', '.join(f'{count}: {time:.1f} ms' for count, time in zip(counts, times))
    return Row(f'association.growth_{name}', float(exponent), repetitions * len(counts), note)


def _duration_ms(people: int, cameras: int, repetitions: int) -> float:
    views = _room(people, cameras, seed=0).views
    return median_ms(partial(associate_views, views, _PARAMETERS), repetitions)


def _scores(seed: int) -> PairScores:
    seen = _room(_PEOPLE, _CAMERAS, seed)
    return score_pairs(associate_views(seen.views, _PARAMETERS), seen.people)


def _room(people: int, cameras: int, seed: int) -> SyntheticViews:
    """Show people to a ring of cameras; the room grows with their number, not the density."""
    room_m = _ROOM_M * max(1.0, np.sqrt(people / _PEOPLE))
    return see_people(
        people_in_room(people, _SKELETON, seed=seed, room_m=room_m),
        ring_of_cameras(cameras, radius_m=room_m),
        _SKELETON,
        ViewConditions(),
        seed=seed,
    )
