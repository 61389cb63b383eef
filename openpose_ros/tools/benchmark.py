# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Measures how fast everything is and compares it with the budget of a CPU with two cores.

The values are medians. A budget that is missed is shown and does not fail the program; what else
the machine does at the time counts too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from functools import partial
import os
from pathlib import Path
import platform
import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from openpose_ros.tools.benchmark_association import measure_association
from openpose_ros.tools.benchmark_drawing import measure_drawing
from openpose_ros.tools.benchmark_face_hand import measure_face_hand
from openpose_ros.tools.benchmark_nodes import measure_graph
from openpose_ros.tools.benchmark_nodes import measure_messages
from openpose_ros.tools.benchmark_nodes import measure_node
from openpose_ros.tools.benchmark_nodes import measure_start
from openpose_ros.tools.benchmark_parse import measure_parse
from openpose_ros.tools.benchmark_pipeline import measure_pipeline
from openpose_ros.tools.benchmark_rows import Quantity
from openpose_ros.tools.benchmark_rows import Row
from openpose_ros.tools.benchmark_triangulation import measure_triangulation
from openpose_ros.tools.command_line import add_estimator_arguments
from openpose_ros.tools.command_line import DONE
from openpose_ros.tools.command_line import estimator_options
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.tools.command_line import FAILED
from openpose_ros.tools.command_line import run_program
from openpose_ros.tools.report import prepare_report
from openpose_ros.tools.report import write_report

KINDS = (
    'parse', 'pipeline', 'face_hand', 'drawing', 'association', 'triangulation', 'messages',
    'node', 'graph', 'start',
)
# Photos of people beside the checkout, for which the budget was set; used where they are there.
PHOTOS = Path(__file__).parents[3] / 'shared' / 'data' / 'coco_dev' / 'images'

_OK = {True: '[green]yes[/]', False: '[red]no[/]', None: ''}
_FILE_WIDTH = 120


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code: 0 measured, 1 something could not be measured, 2 wrong arguments, 130
        interrupted.
    """
    parser = _parser()
    parsed = parser.parse_args(arguments)
    if parsed.repetitions < 1:
        parser.error(f'--repetitions is {parsed.repetitions}, expected 1 or more')
    options = estimator_options(parsed, parser)
    return run_program('benchmark', lambda: _benchmark(parsed, options))


def _benchmark(parsed: argparse.Namespace, options: EstimatorOptions) -> int:
    if parsed.report is not None:
        prepare_report(parsed.report)
    kinds = KINDS if parsed.kind == 'all' else (parsed.kind,)
    rows: list[Row] = []
    failures: dict[str, str] = {}
    for kind, measure in _measurements(parsed, options).items():
        if kind in kinds:
            print(f'measuring: {kind}', file=sys.stderr, flush=True)
            try:
                rows += measure()
            except (ValueError, ImportError) as error:
                failures[kind] = str(error)
    if rows:
        _print_table(rows)
    for kind, reason in failures.items():
        print(f'benchmark: {kind} could not be measured: {reason}', file=sys.stderr)
    if parsed.report is not None:
        write_report(parsed.report, _report(rows, failures, options))
    return FAILED if failures else DONE


def _measurements(
    parsed: argparse.Namespace, options: EstimatorOptions
) -> dict[str, Callable[[], Iterator[Row]]]:
    images, repetitions = parsed.images, parsed.repetitions
    if images is None and PHOTOS.is_dir():
        images = PHOTOS
    return {
        'parse': partial(measure_parse, options, images, repetitions),
        'pipeline': partial(measure_pipeline, options, images, repetitions),
        'face_hand': partial(measure_face_hand, options, repetitions),
        'drawing': partial(measure_drawing, repetitions),
        'association': partial(measure_association, repetitions),
        'triangulation': partial(measure_triangulation, repetitions),
        'messages': partial(measure_messages, 10 * repetitions),
        'node': partial(measure_node, options, repetitions),
        'graph': partial(measure_graph, options, repetitions),
        'start': partial(measure_start, max(repetitions // 6, 1)),
    }


def _print_table(rows: list[Row]) -> None:
    table = Table(box=SIMPLE_HEAD)
    for column in ('value', 'budget'):
        table.add_column(column, justify='right', no_wrap=True)
    table.add_column('ok')
    table.add_column('row', no_wrap=True)
    table.add_column('what')
    for row in rows:
        quantity = row.quantity
        value = f'{row.value:.2f} {quantity.unit}'
        what = quantity.what + (f' ({row.note})' if row.note else '')
        table.add_row(value, _budget_of(quantity), _OK[row.ok], row.name, escape(what))
    # A file or a pipe has no width of its own.
    Console(width=None if sys.stdout.isatty() else _FILE_WIDTH).print(table)
    bounded = [row.ok for row in rows if row.ok is not None]
    print(f'{sum(bounded)} of {len(bounded)} budgets met')


def _budget_of(quantity: Quantity) -> str:
    if quantity.budget is None:
        return ''
    return f'{"≥" if quantity.at_least else "≤"} {quantity.budget:g} {quantity.unit}'


def _report(
    rows: list[Row], failures: dict[str, str], options: EstimatorOptions
) -> dict[str, object]:
    return {
        'machine': {
            'cpus': os.cpu_count(),
            'architecture': platform.machine(),
            'python': platform.python_version(),
        },
        'model': options.model,
        'provider': options.engine.providers,
        'height_px': options.inputs.height_px,
        'rows': [row.as_report() for row in rows],
        'not_measured': failures,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m openpose_ros.tools.benchmark', description=__doc__
    )
    parser.add_argument('kind', choices=(*KINDS, 'all'), help='what to measure')
    parser.add_argument('--report', type=Path, metavar='FILE', help='write the rows as JSON')
    parser.add_argument(
        '--images',
        type=Path,
        metavar='DIR',
        help='folder of images to parse (default: photos beside the checkout where they are '
        'there, else drawn people)',
    )
    parser.add_argument(
        '--repetitions',
        type=int,
        default=20,
        metavar='N',
        help='times that each thing is done (default: %(default)s)',
    )
    add_estimator_arguments(parser)
    return parser


if __name__ == '__main__':
    sys.exit(main())
