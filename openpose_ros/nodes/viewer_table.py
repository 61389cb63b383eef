# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The figures that viewer_node shows: a live table in a terminal, lines elsewhere."""

from __future__ import annotations

from collections import deque
import time

import numpy as np
from rich.console import Console
from rich.live import Live
from rich.table import Table

_WINDOW = 20  # frames over which the shown figures are taken


class ViewerFigures:
    """Counts what arrives; the time is that of arrival."""

    def __init__(self) -> None:
        self.images = 0
        self.frames = 0
        self._arrivals: list[float] = []
        self._people: list[int] = []
        self._ages: list[float] = []

    def count_image(self) -> None:
        """Count an image of the camera."""
        self.images += 1

    def count_people(self, people: int, age_sec: float) -> None:
        """
        Count a result of pose_node.

        :param people: Number of people.
        :param age_sec: From the image's stamp to now.
        """
        self.frames += 1
        self._arrivals.append(time.monotonic())
        self._people.append(people)
        self._ages.append(age_sec)

    def rows(self, window: int | None = _WINDOW) -> tuple[tuple[str, str], ...]:
        """
        Return the figures as names and values.

        :param window: Number of last frames looked at; ``None``: all.
        """
        last = -window if window else 0
        arrivals = self._arrivals[last:]
        spans = np.diff(arrivals)
        fps = 1 / np.median(spans) if len(spans) else 0.0
        people = self._people[last:] or [0]
        ages = self._ages[last:] or [0.0]
        return (
            ('images sent', str(self.images)),
            ('frames with result', str(self.frames)),
            ('frames per second', f'{fps:.1f}'),
            ('people', f'{people[-1]}' if window else f'{np.median(people):.0f} (median)'),
            ('latency', f'{1e3 * float(np.median(ages)):.0f} ms (stamp to viewer)'),
        )


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
        if not figures.images:
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
        if figures.frames:
            self._console.print(_table('measured over all frames', figures.rows(None)))


def _table(title: str, rows: tuple[tuple[str, str], ...]) -> Table:
    table = Table(title=title, show_header=False, title_justify='left')
    for name, value in rows:
        table.add_row(name, value)
    return table
