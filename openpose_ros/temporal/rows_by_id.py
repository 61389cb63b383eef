# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where people stand in arrays that were made earlier."""

from __future__ import annotations

import numpy as np

from openpose_ros.types import IntArray


def rows_by_id(ids: IntArray, known: IntArray) -> IntArray:
    """
    Return the row of each person among those known, -1 for who is not among them.

    :param ids: Identities, shape ``(N,)``.
    :param known: Identities, no two the same, shape ``(M,)``.
    :return: Shape ``(N,)``, int64.
    """
    rows = {person: row for row, person in enumerate(known.tolist())}
    return np.array([rows.get(person, -1) for person in ids.tolist()], np.int64)
