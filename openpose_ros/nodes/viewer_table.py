# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The figures that viewer_node shows: a live table in a terminal, lines elsewhere."""

from __future__ import annotations

from collections import deque
from random import Random
import time

import numpy as np
from rich.console import Console
from rich.live import Live
from rich.table import Table

_WINDOW = 20  # frames over which the shown figures are taken
_MAX_SAMPLE = 1000


class _Series:
    """The last values of a figure and a fair choice of all, so that memory does not grow."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=_WINDOW)
        self._sample: list[float] = []
        self._count = 0
        self._random = Random(0)

    def add(self, value: float) -> None:
        self._recent.append(value)
        self._count += 1
        if len(self._sample) < _MAX_SAMPLE:
            self._sample.append(value)
            return
        place = self._random.randrange(self._count)
        if place < _MAX_SAMPLE:
            self._sample[place] = value

    def last(self) -> float:
        return self._recent[-1] if self._recent else 0.0

    def median(self, *, over_all: bool) -> float:
        values = self._sample if over_all else list(self._recent)
        return float(np.median(values)) if values else 0.0


class ViewerFigures:
    """Counts what arrives; the time is that of arrival."""

    def __init__(self) -> None:
        self.images = 0
        self.frames = 0
        self.left_out = 0
        self._arrival_sec: float | None = None
        self._spans = _Series()
        self._people = _Series()
        self._ages = _Series()

    def count_image(self) -> None:
        """Count an image of the camera."""
        self.images += 1

    def count_left_out(self) -> None:
        """Count a message that could not be used."""
        self.left_out += 1

    def count_people(self, people: int, age_sec: float) -> None:
        """
        Count a result of pose_node.

        :param people: Number of people.
        :param age_sec: From the image's stamp to now.
        """
        now_sec = time.monotonic()
        if self._arrival_sec is not None:
            self._spans.add(now_sec - self._arrival_sec)
        self._arrival_sec = now_sec
        self.frames += 1
        self._people.add(people)
        self._ages.add(age_sec)

    def rows(self, *, over_all: bool = False) -> tuple[tuple[str, str], ...]:
        """
        Return the figures as names and values; medians of the last frames.

        :param over_all: Look at all frames instead, or at 1000 chosen at random if they are more.
        """
        span_sec = self._spans.median(over_all=over_all)
        fps = 1 / span_sec if span_sec else 0.0
        median_people = f'{self._people.median(over_all=True):.0f} (median)'
        age_sec = self._ages.median(over_all=over_all)
        rows = (
            ('images sent', str(self.images)),
            ('frames with result', str(self.frames)),
            ('frames per second', f'{fps:.1f}'),
            ('people', median_people if over_all else f'{self._people.last():.0f}'),
            ('latency', f'{1e3 * age_sec:.0f} ms (stamp to viewer)'),
        )
        return (*rows, ('left out', str(self.left_out))) if self.left_out else rows


class ViewerTable:
    """Shows the figures while they change."""

    def __init__(self) -> None:
        self._console = Console()
        self._live: Live | None = None
        self._lines: deque[str] = deque(maxlen=1)

    def show(self, figures: ViewerFigures) -> None:
        """
        Refresh the table, or print a line if this is no terminal.

        :param figures: What to show.
        """
        if not figures.images and not figures.left_out:
            return
        if not self._console.is_terminal:
            line = ', '.join(f'{name} {value}' for name, value in figures.rows())
            if line not in self._lines:
                self._lines.append(line)
                print(line, flush=True)
            return
        if self._live is None:
            self._live = Live(console=self._console, auto_refresh=False)
            self._live.start()
        self._live.update(_table('live', figures.rows()), refresh=True)

    def close(self, figures: ViewerFigures) -> None:
        """
        End the live table and print the summary.

        :param figures: What was counted.
        """
        if self._live is not None:
            self._live.stop()
        if figures.frames or figures.left_out:
            self._console.print(_table('measured over all frames', figures.rows(over_all=True)))


def _table(title: str, rows: tuple[tuple[str, str], ...]) -> Table:
    table = Table(title=title, show_header=False, title_justify='left')
    for name, value in rows:
        table.add_row(name, value)
    return table
