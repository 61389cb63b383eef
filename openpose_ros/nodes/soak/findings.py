# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a soak notes, and what of it is a failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

from openpose_ros.nodes.resident_memory import memory_growth

# Of the images sent while nothing is done to the node that takes them all, as many at least are
# received: 0.88 to 0.96 of all that are sent were. The transport keeps five images only for a
# reader that the machine keeps waiting, as it does when other processes start.
_LEAST_RECEIVED = 0.6
# Of the results that it counts, as many at least are heard: all of them in each soak so far.
_LEAST_HEARD = 0.9
IMAGE_READER = 'pose_node'


@dataclass
class Record:
    """
    What is noted of a node's processes that have ended, and of its results.

    :param is_steady: Whether it had one process all the time.
    :param processes: Number of processes started.
    :param worst_exit_sec: Longest time from Ctrl-C to the end.
    :param worst_recovery_sec: Longest time from the end of a disturbance to the next results.
    :param longest_gap_sec: Longest time between two results while nothing disturbed it.
    :param heard: Results heard, without those made from forged keypoints.
    :param frames: Frames received, processed and passed on by the processes that were not killed.
    :param dropped: Frames that these dropped, by reason.
    :param memory_mb: Resident memory of its own, sampled evenly, of a steady process.
    :param shared_mb: Most resident memory that it shared with others. It is not judged: the
        segments of the transport have a fixed size, and their pages count when first used.
    """

    is_steady: bool
    processes: int = 0
    worst_exit_sec: float = 0.0
    worst_recovery_sec: float = 0.0
    longest_gap_sec: float = 0.0
    heard: int = 0
    frames: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    memory_mb: list[float] = field(default_factory=list)
    shared_mb: float = 0.0

    @property
    def published(self) -> int:
        """Frames of which something was published."""
        return self.frames['processed'] + self.frames['passed_on']

    def memory(self) -> tuple[float, float] | None:
        """Return the memory in MB after the warm-up and at the end, None if it is not known."""
        try:
            return memory_growth(self.memory_mb)
        except ValueError:
            return None


@dataclass(frozen=True)
class Findings:
    """
    All that a soak has noted.

    :param seed: Of the random numbers.
    :param failures: What went wrong while it ran.
    :param events: How often each kind of disturbance came.
    :param history: Seconds from the start and what came then.
    :param sent: Images sent.
    :param undisturbed: Images sent while nothing was done to the node that takes them all.
    :param corrupt: Images with something wrong, by what is wrong.
    :param forged: Forged keypoints, by what is wrong.
    :param records: What was noted of each node.
    """

    seed: int
    failures: Sequence[str]
    events: Mapping[str, int]
    history: Sequence[tuple[float, str]]
    sent: int
    undisturbed: int
    corrupt: Mapping[str, int]
    forged: Mapping[str, int]
    records: Mapping[str, Record]

    def all_failures(self, max_growth: float) -> list[str]:
        """
        Return what went wrong while it ran and what the figures say.

        :param max_growth: Largest growth of memory that is no failure, 0.05 for 5 %.
        """
        failures = list(self.failures)
        for name, record in self.records.items():
            if record.is_steady:
                failures += self._wrong_figures(name, record, max_growth)
        return failures

    def _wrong_figures(self, name: str, record: Record, max_growth: float) -> Iterator[str]:
        # The others also count what they make of forged keypoints, which is not heard.
        reads_images = name.endswith(f'/{IMAGE_READER}')
        least = _LEAST_HEARD * record.published if reads_images else 0
        if not least <= record.heard <= record.published:
            yield f'{name}: {record.heard} results heard, {record.published} counted'
        received = record.frames['received']
        least = _LEAST_RECEIVED * self.undisturbed
        if reads_images and not least <= received <= self.sent:
            yield (
                f'{name}: {received} images received of {self.sent}, {self.undisturbed} of which '
                'were sent while nothing was done to it'
            )
        memory = record.memory()
        if memory is None:
            yield f'{name}: there are only {len(record.memory_mb)} samples of its memory'
        elif memory[1] > (1 + max_growth) * memory[0]:
            yield (
                f'{name}: memory grew from {memory[0]:.1f} to {memory[1]:.1f} MB, by '
                f'{memory[1] / memory[0] - 1:.1%}; {max_growth:.1%} are allowed'
            )
