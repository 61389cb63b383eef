# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The accounts that a soak reads in what nodes print."""

from __future__ import annotations

import pytest

from openpose_ros.nodes.frame_statistics import FrameStatistics
from openpose_ros.nodes.soak.accounts import Account
from openpose_ros.nodes.soak.accounts import frame_accounts
from openpose_ros.nodes.soak.accounts import view_accounts
from openpose_ros.temporal.synchronizer import ViewSynchronizer
from openpose_ros.temporal.view_sets import ViewSyncParameters


def test_frame_accounts_reads_what_nodes_write() -> None:
    statistics = FrameStatistics()
    first = statistics.report(1.0).account()
    for _ in range(7):
        statistics.count_received()
    statistics.count_processed()
    statistics.count_dropped('replaced')
    statistics.count_dropped('replaced')
    statistics.count_dropped('invalid')
    statistics.count_passed_on('timeout')
    second = statistics.report(2.0).account()
    log = f'[INFO] [1.5] [pose_node]: {first}\n[WARN] something\n[INFO] [2.5] [x]: {second}\n'
    assert frame_accounts(log) == [
        Account(0, 0, 0, 0, {}), Account(7, 1, 3, 1, {'replaced': 2, 'invalid': 1})
    ]
    assert frame_accounts(log)[1].published == 2
    assert frame_accounts('nothing of that kind') == []


def test_view_accounts_reads_what_triangulation_node_writes() -> None:
    synchronizer = ViewSynchronizer(('left', 'right_2'), ViewSyncParameters())
    for number, camera in enumerate(('left', 'right_2', 'left')):
        stamp_sec = number // 2
        synchronizer.add(camera, stamp_sec * 1_000_000_000, 'people', float(stamp_sec))
    synchronizer.close()
    cameras = synchronizer.report().cameras.items()
    views = '; '.join(f"'{name}' {camera.account()}" for name, camera in cameras)
    log = f'[INFO] [1.5] [x]: views: {views}\n'
    assert view_accounts(log) == [
        Account(2, 1, 1, 0, {'deactivated': 1}), Account(1, 1, 0, 0, {})
    ]
    assert frame_accounts(log) == []


@pytest.mark.parametrize(
    ('account', 'problem'),
    [
        (Account(6, 1, 3, 2, {'replaced': 2, 'invalid': 1}), ''),
        (Account(0, 0, 0, 0, {}), ''),
        (
            Account(7, 1, 3, 2, {'replaced': 3}),
            '7 frames received, but 1 processed + 3 dropped + 2 passed on = 6',
        ),
        (
            Account(5, 1, 3, 2, {'replaced': 3}),
            '5 frames received, but 1 processed + 3 dropped + 2 passed on = 6',
        ),
        (Account(6, 1, 3, 2, {'replaced': 2}), '3 frames dropped, but 2 for a reason'),
    ],
)
def test_account_problem_says_what_is_missing(account: Account, problem: str) -> None:
    assert account.problem() == problem
