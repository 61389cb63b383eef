# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Who belongs to whom, so that the sum of the costs is least.

SciPy has this, too, but importing it takes 46 MB and a third of a second of the start of a node
that needs nothing else of it.
"""

from __future__ import annotations

import numpy as np

from openpose_ros.types import Array
from openpose_ros.types import IntArray


def assign(costs: Array) -> IntArray:
    """
    Return the column of each row, no column twice, with the least sum of costs; -1: none is left.

    Shortest augmenting paths, one per row: Crouse, "On implementing 2D rectangular assignment
    algorithms", IEEE Transactions on Aerospace and Electronic Systems 52(4), 2016.

    :param costs: Finite, shape ``(N, M)``.
    :return: As many rows as can have a column, shape ``(N,)``, int64.
    :raises ValueError: If a cost is not finite.
    """
    if not np.isfinite(costs).all():
        raise ValueError('costs hold NaN or infinity, expected finite numbers')
    columns = np.full(len(costs), -1)
    if costs.shape[0] > costs.shape[1]:
        rows = assign(costs.T)
        columns[rows] = np.arange(len(rows))
        return columns
    rows = np.full(costs.shape[1], -1)
    prices_of_rows, prices_of_columns = np.zeros(costs.shape[0]), np.zeros(costs.shape[1])
    for row in range(len(costs)):
        _add_row(row, costs, (columns, rows), (prices_of_rows, prices_of_columns))
    return columns


def _add_row(
    row: int, costs: Array, matches: tuple[IntArray, IntArray], prices: tuple[Array, Array]
) -> None:
    """Give a further row a column; the arrays of matches and of prices are brought up to date."""
    (columns, rows), (of_rows, of_columns) = matches, prices
    shortest = np.full(len(rows), np.inf)
    came_from = np.full(len(rows), -1)
    open_columns = np.ones(len(rows), bool)
    reached = [row]
    length, current = 0.0, row
    while True:
        lengths = length + costs[current] - of_rows[current] - of_columns
        shorter = open_columns & (lengths < shortest)
        shortest[shorter], came_from[shorter] = lengths[shorter], current
        column = int(np.where(open_columns, shortest, np.inf).argmin())
        length = float(shortest[column])
        open_columns[column] = False
        if rows[column] < 0:
            break
        current = int(rows[column])
        reached.append(current)
    of_rows[row] += length
    for other in reached[1:]:
        of_rows[other] += length - shortest[columns[other]]
    closed = ~open_columns
    of_columns[closed] -= length - shortest[closed]
    while column >= 0:
        current = int(came_from[column])
        rows[column], columns[current], column = current, column, int(columns[current])
        if current == row:
            break
