# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is measured, what it may cost, and how a measurement is written down."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import dataclass
import time
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Quantity:
    """
    Something that is measured.

    :param what: What it is, in a few words.
    :param unit: Unit of the value, empty for a ratio.
    :param budget: Limit of the value; ``None``: measured for information only.
    :param at_least: Whether the budget is the least value allowed instead of the greatest.
    """

    what: str
    unit: str
    budget: float | None = None
    at_least: bool = False

    def is_met_by(self, value: float) -> bool | None:
        """
        Return whether a value is within the budget, ``None`` if there is none.

        :param value: Value in the quantity's unit.
        """
        if self.budget is None:
            return None
        return value >= self.budget if self.at_least else value <= self.budget


# The budget holds for a CPU with two cores and the default model at 368 px.
QUANTITIES = {
    'parse.maps_to_people': Quantity('maps to people, median over images', 'ms', 2.0),
    'parse.maps_to_people_p95': Quantity('maps to people, 95 % of the images', 'ms', 5.0),
    'parse.people_9': Quantity('peaks to people, 9 people', 'ms', 0.58),
    'parse.people_100': Quantity('peaks to people, 100 people', 'ms', 10.0),
    'parse.growth_exponent': Quantity('growth from 10 to 100 people: people^x', '', 1.6),
    'parse.noise': Quantity('maps of noise to people, the worst kind', 'ms', 60.0),
    'pipeline.preprocess_720p': Quantity('1280x720 image to network input', 'ms', 3.0),
    'pipeline.inference': Quantity('network input to maps', 'ms'),
    'pipeline.total': Quantity('1280x720 image to people', 'ms'),
    'face_hand.people_1': Quantity('face, irises and two hands, 1 person', 'ms', 30.0),
    'face_hand.people_5': Quantity('faces, irises and hands, 5 people', 'ms', 135.0),
    'face_hand.growth_per_person': Quantity(
        'time of each person more over that of the first', '', 1.0
    ),
    'face_hand.body_rate_ratio': Quantity(
        'frames of pose_node beside face_hand_node over those without', '', 0.9, at_least=True
    ),
    'drawing.people_10': Quantity(
        '10 people with faces and hands onto a 1280x720 image', 'ms', 8.0
    ),
    'association.people_10': Quantity('who is who: 10 people in 8 views', 'ms', 15.0),
    'association.pair_precision': Quantity(
        'pairs of views made that are of one person', '', 0.98, at_least=True
    ),
    'association.pair_recall': Quantity(
        'pairs of views of one person that are made', '', 0.98, at_least=True
    ),
    'association.growth_people': Quantity('growth from 5 to 40 people: people^x', ''),
    'association.growth_cameras': Quantity('growth from 4 to 31 cameras: cameras^x', ''),
    'triangulation.people_10': Quantity('10 people x 25 points x 8 cameras', 'ms', 5.0),
    'triangulation.outliers': Quantity('the same with outliers', 'ms'),
    'triangulation.growth_people': Quantity('growth from 10 to 100 people: people^x', '', 1.2),
    'triangulation.growth_cameras': Quantity('growth from 4 to 31 cameras: cameras^x', '', 1.2),
    'triangulation.scipy_speedup': Quantity(
        "refinement: SciPy's robust fit over ours, time per point", '', 50.0, at_least=True
    ),
    'triangulation.scipy_difference': Quantity("greatest distance to SciPy's", 'um', 1.0),
    'triangulation.error_over_bound': Quantity('rms error over the Cramer-Rao bound', '', 1.03),
    'triangulation.outlier_error_over_bound': Quantity('the same with outliers', '', 1.1),
    'triangulation.outlier_accepted': Quantity(
        'accepted of points with three clean views', '%', 99.0, at_least=True
    ),
    'messages.encode_decode': Quantity(
        '10 people of 137 points to bytes and back', 'ms', 1.0
    ),
    'node.throughput_ratio': Quantity(
        "frames of pose_node over the bare session's, nobody in them", '', 0.95, at_least=True
    ),
    'node.latency_above_inference': Quantity(
        'image callback to publish, less inference', 'ms', 8.0
    ),
    'node.memory': Quantity('resident memory of pose_node', 'MB', 350.0),
    'start.pose_node': Quantity(
        'process start to first keypoints, discovery left out', 's', 3.0
    ),
    'start.face_hand_node': Quantity('the same of face_hand_node', 's'),
    'start.triangulation_node': Quantity('the same of triangulation_node', 's'),
    'exit.pose_node': Quantity('SIGINT to the end of pose_node, the slowest state', 's', 1.0),
    'exit.other_nodes': Quantity('the same of all other nodes, the slowest', 's', 1.0),
    'graph.rate_ratio': Quantity(
        'keypoints per second, all nodes in one process over one process each', '', 1.0,
        at_least=True,
    ),
    'graph.cpu_ratio': Quantity('time of the cores per frame, likewise', '', 0.8),
    'graph.latency_ratio': Quantity("image's stamp to keypoints, likewise", ''),
    'graph.memory_ratio': Quantity('resident memory, likewise', '', 0.6),
}


@dataclass(frozen=True)
class Row:
    """
    A measurement.

    :param name: One of :data:`QUANTITIES`.
    :param value: What came out, in the quantity's unit.
    :param repetitions: Number of times that were measured for it.
    :param note: How, where that is not always the same.
    """

    name: str
    value: float
    repetitions: int
    note: str = ''

    def __post_init__(self) -> None:
        """
        Check that the quantity is known.

        :raises ValueError: If it is not; names the ones that are.
        """
        if self.name not in QUANTITIES:
            raise ValueError(f"unknown row '{self.name}', expected one of {', '.join(QUANTITIES)}")

    @property
    def quantity(self) -> Quantity:
        """What was measured."""
        return QUANTITIES[self.name]

    @property
    def ok(self) -> bool | None:
        """Whether the budget is met, ``None`` if there is none."""
        return self.quantity.is_met_by(self.value)

    def as_report(self) -> dict[str, Any]:
        """Return the row as an entry of the report."""
        quantity = self.quantity
        return {
            **asdict(self),
            'unit': quantity.unit,
            'budget': quantity.budget,
            'at_least': quantity.at_least,
            'ok': self.ok,
        }


def durations_ms(function: Callable[[], object], repetitions: int) -> npt.NDArray[np.float64]:
    """
    Time a function.

    :param function: What is timed; called once before, for what the first call prepares.
    :param repetitions: Number of calls timed.
    :return: Milliseconds of each call, ``(repetitions,)``.
    """
    function()
    times = np.empty(repetitions)
    for call in range(repetitions):
        start = time.perf_counter()
        function()
        times[call] = time.perf_counter() - start
    return 1000 * times


def median_ms(function: Callable[[], object], repetitions: int) -> float:
    """
    Return the median duration of a function in milliseconds.

    :param function: What is timed.
    :param repetitions: Number of calls timed.
    """
    return float(np.median(durations_ms(function, repetitions)))


def medians_ms(functions: Sequence[Callable[[], object]], repetitions: int) -> list[float]:
    """
    Return the median durations of functions that are compared, in milliseconds.

    They take turns, so that what else the machine does meets all of them.

    :param functions: What is timed; each called once before, for what the first call prepares.
    :param repetitions: Number of calls timed of each.
    """
    for function in functions:
        function()
    times = np.empty((repetitions, len(functions)))
    for turn in range(repetitions):
        for column, function in enumerate(functions):
            start = time.perf_counter()
            function()
            times[turn, column] = time.perf_counter() - start
    medians: list[float] = (1000 * np.median(times, axis=0)).tolist()
    return medians
