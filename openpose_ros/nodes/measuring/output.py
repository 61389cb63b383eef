# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How the programs of this folder end: rows as JSON, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import asdict
import json
import sys

from openpose_ros.tools.benchmark_rows import Row


def print_rows(measure: Callable[[], Sequence[Row]]) -> int:
    """
    Measure and print the rows on stdout, where ``benchmark`` reads them.

    :param measure: Returns the rows; a ``ValueError`` says what cannot be measured.
    :return: Exit code.
    """
    try:
        rows = measure()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps([asdict(row) for row in rows]))
    return 0
