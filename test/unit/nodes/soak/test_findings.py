# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What of the notes of a soak is a failure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
import json

from openpose_ros.nodes.soak.findings import Findings
from openpose_ros.nodes.soak.findings import Record
from openpose_ros.nodes.soak.report import report_of
from openpose_ros.nodes.soak.report import table_of

POSE = '/steady/pose_node'
OTHER = '/other/pose_node'


def record(**changes: object) -> Record:
    """Return the record of a process that has done well for 40 s."""
    return replace(
        Record(
            is_steady=True,
            processes=1,
            heard=90,
            frames=Counter(received=100, processed=80, passed_on=10),
            dropped=Counter(replaced=6, invalid=4),
            memory_mb=[200.0] * 40,
        ),
        **changes,
    )


def findings(steady: Record, **changes: object) -> Findings:
    restarted = Record(is_steady=False, processes=3, worst_exit_sec=1.25)
    return replace(
        Findings(
            seed=7, failures=(), events={'kill': 2}, history=((1.5, 'kill'),), sent=120,
            undisturbed=100, corrupt={'no data': 3}, forged={},
            records={POSE: steady, OTHER: restarted},
        ),
        **changes,
    )


def failures(steady: Record, **changes: object) -> list[str]:
    return findings(steady, **changes).all_failures(0.05)


def test_soak_in_which_all_is_well_has_no_failures() -> None:
    assert failures(record()) == []


def test_failures_of_the_run_come_first() -> None:
    found = failures(record(heard=91), failures=('after 3 s: broken',))
    assert found == ['after 3 s: broken', f'{POSE}: 91 results heard, 90 counted']


def test_results_heard_are_those_counted_or_a_little_less() -> None:
    assert failures(record(heard=81)) == []
    for count in (80, 91):
        assert failures(record(heard=count)) == [f'{POSE}: {count} results heard, 90 counted']


def test_memory_may_grow_a_little() -> None:
    assert failures(record(memory_mb=[200.0] * 30 + [209.9] * 10)) == []
    assert failures(record(memory_mb=[200.0] * 30 + [150.0] * 10)) == []
    assert failures(record(memory_mb=[200.0] * 30 + [211.0] * 10)) == [
        f'{POSE}: memory grew from 200.0 to 211.0 MB, by 5.5%; 5.0% are allowed'
    ]


def test_memory_that_is_not_known_is_a_failure() -> None:
    (failure,) = failures(record(memory_mb=[200.0] * 19))
    assert failure == f'{POSE}: there are only 19 samples of its memory'


def test_images_received_are_those_sent_or_a_little_less() -> None:
    def received(count: int) -> list[str]:
        return failures(record(frames=Counter(received=count, processed=90)))

    assert received(60) == received(120) == []
    for count in (59, 121):
        (failure,) = received(count)
        assert failure.startswith(f'{POSE}: {count} images received of 120, 100 of which')


def test_of_restarted_nodes_only_what_was_noted_counts() -> None:
    assert findings(record()).records[OTHER].memory() is None
    assert failures(record()) == []


def test_report_and_table_hold_the_figures() -> None:
    found = findings(record(memory_mb=[200.0] * 30 + [190.0] * 10))
    report = json.loads(json.dumps(report_of(found, ['a failure'])))
    assert report['failures'] == ['a failure']
    assert report['history'] == [[1.5, 'kill']]
    assert report['images'] == {
        'sent': 120, 'undisturbed': 100, 'corrupt': {'no data': 3}, 'forged_keypoints': {}
    }
    node = report['nodes'][POSE]
    assert node['dropped'] == {'replaced': 6, 'invalid': 4}
    assert (node['memory_before_mb'], node['memory_after_mb']) == (200.0, 190.0)
    assert node['memory_growth'] == -0.05
    assert 'memory_growth' not in report['nodes'][OTHER]
    table = table_of(found)
    cells = {column.header: list(column.cells) for column in table.columns}
    assert cells['node'] == [POSE, OTHER]
    assert cells['dropped'] == ['10', '0']
    assert cells['exit s'] == ['0.00', '1.25']
    assert cells['growth'] == ['-5.0%', '']
