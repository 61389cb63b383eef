# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Views to sets, by hand and as properties; simulated rigs are in test_synchronizer_rigs."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
import pytest

from openpose_ros.temporal.synchronizer import ViewSynchronizer
from openpose_ros.temporal.view_sets import ViewSet
from openpose_ros.temporal.view_sets import ViewSyncParameters

MS = 1_000_000
START_NS = 1_795_000_000_000_000_000
CAMERAS = ('a', 'b', 'c')


def synchronizer(cameras: str = 'abc', **parameters: float) -> ViewSynchronizer[str]:
    return ViewSynchronizer(tuple(cameras), ViewSyncParameters(**parameters))


def add(one: ViewSynchronizer[str], camera: str, stamp_ms: float, now_ms: float) -> list[str]:
    """Add a view that is called by its camera and stamp; return the sets as texts."""
    name = f'{camera}{stamp_ms:g}'
    return told(one.add(camera, START_NS + round(stamp_ms * MS), name, now_ms / 1000))


def told(sets: list[ViewSet[str]]) -> list[str]:
    return [' '.join(one.views.values()) for one in sets]


def dropped(one: ViewSynchronizer[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for camera in one.report().cameras.values():
        total.update(camera.dropped)
    return total


def test_set_goes_out_when_complete_in_the_order_of_the_cameras() -> None:
    one = synchronizer()
    assert add(one, 'c', 3, 10) == []
    assert add(one, 'a', 0, 11) == []
    (found,) = one.add('b', START_NS + 5 * MS, 'b5', 0.012)
    assert list(found.views.items()) == [('a', 'a0'), ('b', 'b5'), ('c', 'c3')]
    assert found.stamps_ns == {'a': START_NS, 'b': START_NS + 5 * MS, 'c': START_NS + 3 * MS}
    assert found.stamp_ns == START_NS + 3 * MS, 'the one in the middle'
    assert found.skew_sec == pytest.approx(0.005)
    assert not found.restarted
    report = one.report()
    assert (report.complete, report.partial, report.waiting) == (1, 0, 0)


def test_close_drops_what_waits_and_the_account_closes() -> None:
    one = synchronizer()
    for camera, stamp_ms in (('a', 0), ('b', 0), ('c', 0), ('a', 33), ('b', 33)):
        add(one, camera, stamp_ms, stamp_ms)
    one.close()
    report = one.report()
    assert report.waiting == 0
    accounts = [camera.account() for camera in report.cameras.values()]
    assert accounts == [
        *2 * ['2 received, 1 in sets, 1 dropped (deactivated 1)'],
        '1 received, 1 in sets, 0 dropped',
    ]


def test_stamp_exactly_at_the_slop_belongs_and_one_nanosecond_later_does_not() -> None:
    for extra_ns, complete in ((0, 1), (1, 0)):
        one = synchronizer('ab', slop_sec=0.01)
        one.add('a', START_NS, 'a', 0.0)
        one.add('b', START_NS + 10 * MS + extra_ns, 'b', 0.0)
        assert one.report().complete == complete


def test_set_that_lacks_a_view_goes_out_after_the_timeout() -> None:
    one = synchronizer(timeout_sec=0.5)
    add(one, 'a', 0, 100)
    add(one, 'b', 0, 300)
    assert told(one.update(0.599)) == []
    assert told(one.update(0.6)) == ['a0 b0'], 'counted from the first view'
    assert one.report().partial == 1
    assert one.report().cameras['c'].missed == 1


def test_view_that_stays_alone_is_dropped() -> None:
    one = synchronizer()
    add(one, 'a', 0, 0)
    assert told(one.update(1.0)) == []
    assert dropped(one) == {'alone': 1}
    assert one.report().waiting == 0


def test_min_views_can_change_while_views_wait() -> None:
    one = synchronizer(min_views=3)
    add(one, 'a', 0, 0)
    add(one, 'b', 0, 0)
    one.parameters = ViewSyncParameters(min_views=2)
    assert told(one.update(1.0)) == ['a0 b0']


def test_camera_that_has_sent_a_later_view_is_not_waited_for() -> None:
    one = synchronizer()
    add(one, 'a', 0, 0)
    add(one, 'b', 0, 0)
    assert add(one, 'c', 200, 200) == ['a0 b0']
    add(one, 'a', 200, 200)
    assert add(one, 'b', 200, 200) == ['a200 b200 c200']


def test_view_whose_set_has_gone_is_late() -> None:
    one = synchronizer()
    add(one, 'a', 0, 0)
    add(one, 'b', 0, 0)
    assert told(one.update(0.5)) == ['a0 b0']
    assert add(one, 'c', 0, 501) == []
    assert dropped(one) == {'clock': 1}, 'later than any wait'
    add(one, 'a', 600, 600)
    assert add(one, 'b', 600, 600) == ['a600 b600'], 'nobody waits for such a camera'
    assert add(one, 'c', 600, 601) == []
    assert dropped(one) == {'clock': 1, 'late': 1}


def test_view_out_of_order_finds_its_set_as_long_as_that_waits() -> None:
    one = synchronizer()
    add(one, 'c', 100, 0)
    add(one, 'c', 0, 1)
    add(one, 'a', 0, 2)
    assert add(one, 'b', 0, 3) == ['a0 b0 c0']
    add(one, 'a', 100, 4)
    assert add(one, 'b', 100, 5) == ['a100 b100 c100']


def test_view_that_comes_twice_is_dropped_once() -> None:
    one = synchronizer()
    add(one, 'a', 0, 0)
    add(one, 'a', 0, 1)
    add(one, 'b', 0, 1)
    assert add(one, 'c', 0, 1) == ['a0 b0 c0']
    assert dropped(one) == {'duplicate': 1}
    add(one, 'a', 0, 2)
    assert dropped(one) == {'duplicate': 1, 'late': 1}


def test_silent_camera_is_not_waited_for_and_used_again_with_its_next_view() -> None:
    one = synchronizer(timeout_sec=0.5, max_missed=3)
    for number in range(3):
        add(one, 'a', 1000 * number, 1000 * number)
        add(one, 'b', 1000 * number, 1000 * number)
        assert one.report().cameras['c'].trouble == ''
        one.update(number + 0.5)
    assert one.report().cameras['c'].trouble == 'it sends nothing'
    add(one, 'a', 3000, 3000)
    assert add(one, 'b', 3000, 3000) == ['a3000 b3000'], 'at once'
    assert add(one, 'c', 3000, 3010) == []
    assert one.report().cameras['c'].trouble == ''
    add(one, 'a', 4000, 4000)
    assert add(one, 'b', 4000, 4000) == []
    assert add(one, 'c', 4000, 4010) == ['a4000 b4000 c4000']
    assert one.report().cameras['c'].missed == 4


@pytest.mark.parametrize(
    ('jump_ms', 'said'),
    [
        (5000, "its stamps are 5.00 s ahead of the others'"),
        (-5000, "its stamps are 5.00 s behind the others', or it is so slow"),
    ],
)
def test_camera_whose_clock_jumps_is_left_out_until_it_agrees_again(
    jump_ms: float, said: str
) -> None:
    one = synchronizer()
    sets = []
    for number in range(30):
        now = 100 * number
        wrong = jump_ms if 10 <= number < 20 else 0
        for camera in 'abc':
            sets += add(one, camera, now + wrong * (camera == 'b'), now)
        trouble = one.report().cameras['b'].trouble
        assert trouble == (said if wrong else '')
    complete = [f'a{now} b{now} c{now}' for now in range(0, 3000, 100)]
    assert sets[:10] == complete[:10]
    # b9 of the first wrong view still counts as b's latest; nobody waits for b after it.
    assert sets[10:20] == [f'a{now} c{now}' for now in range(1000, 2000, 100)]
    assert sets[20:] == complete[20:]
    assert dropped(one) == {'clock': 10}


def test_jump_of_all_backwards_begins_anew() -> None:
    one = synchronizer('abcd')
    sets: list[ViewSet[str]] = []
    for now, stamp in ((0, 60_000), (100, 60_100), (200, 0), (300, 100), (400, 200)):
        for camera in 'abcd':
            sets += one.add(camera, START_NS + stamp * MS, f'{camera}{stamp}', now / 1000)
    assert told(sets)[:2] == ['a60000 b60000 c60000 d60000', 'a60100 b60100 c60100 d60100']
    assert told(sets)[2:] == ['c0 d0', 'a100 b100 c100 d100', 'a200 b200 c200 d200']
    assert [one.restarted for one in sets] == [False, False, True, False, False]
    assert dropped(one) == {'clock': 2}, 'until most have gone back'
    assert one.report().restarts == 1


def test_jump_of_all_backwards_after_a_break_loses_nothing() -> None:
    one = synchronizer()
    sets: list[ViewSet[str]] = []
    for now, stamp in ((0, 60_000), (10_000, 0), (10_100, 100)):
        for camera in CAMERAS:
            sets += one.add(camera, START_NS + stamp * MS, f'{camera}{stamp}', now / 1000)
    assert told(sets) == ['a60000 b60000 c60000', 'a0 b0 c0', 'a100 b100 c100']
    assert [one.restarted for one in sets] == [False, True, False]
    assert not dropped(one)


def test_views_of_before_a_jump_do_not_come_out_after_those_behind_it() -> None:
    one = synchronizer(timeout_sec=0.5)
    for camera in CAMERAS:
        add(one, camera, 9000, 9000)
    one.update(0.0)  # the clock has jumped; what is still on its way has not
    sets = []
    for camera, stamp_ms in (('a', 9033), ('b', 9033), ('a', 0), ('b', 0), ('c', 0)):
        sets += add(one, camera, stamp_ms, 5)
    for camera in CAMERAS:
        sets += add(one, camera, 33, 40)
    sets += told(one.update(1.0))
    assert [one for one in sets if '9033' in one] == []
    assert sets[-1] == 'a33 b33 c33'


def test_camera_that_is_behind_a_jump_already_goes_on_while_the_others_follow() -> None:
    one = synchronizer('ab', timeout_sec=0.5)
    for camera in 'ab':
        add(one, camera, 9000, 9000)
    one.update(0.0)
    assert add(one, 'b', 0, 0) == []
    assert add(one, 'a', 0, 1) == ['a0 b0']
    assert dropped(one) == {}


def test_clock_that_steps_back_begins_anew() -> None:
    one = synchronizer()
    add(one, 'a', 60_000, 60_000)
    for camera in CAMERAS:
        sets = one.add(camera, START_NS, camera, 0.0)
    assert told(sets) == ['a b c']
    assert sets[0].restarted
    assert dropped(one) == {'restarted': 1}


# How fast the simulated clock runs, and after which steady time a set that lacks a view goes out.
@pytest.mark.parametrize(
    ('speed', 'expected_sec'),
    [
        (1.0, 0.5),
        (10.0, 0.5),  # the nodes are no faster than they are
        (0.25, 2.0),  # the cameras are as slow as their clock
        (0.0, 0.5),  # a recording that is paused
    ],
)
def test_simulated_clock_waits_as_long_as_both_clocks_say(
    speed: float, expected_sec: float
) -> None:
    one = synchronizer()
    for camera in 'ab':
        one.add(camera, START_NS, camera, 100.0, steady_sec=0.0)
    steady_sec, sets = 0.0, []
    while not sets and steady_sec < 5.0:
        steady_sec += 0.02
        sets = one.update(100.0 + speed * steady_sec, steady_sec=steady_sec)
    assert told(sets) == ['a b']
    assert steady_sec == pytest.approx(expected_sec, abs=0.03)


def test_view_that_comes_while_the_simulated_clock_stands_still_waits_for_others() -> None:
    one = synchronizer(max_missed=9)
    one.update(100.0, steady_sec=0.0)
    for camera, steady_sec in (('a', 2.0), ('b', 2.1), ('c', 2.2)):
        sets = one.add(camera, START_NS, camera, 100.0, steady_sec=steady_sec)
        assert told(sets) == (['a b c'] if camera == 'c' else [])


def test_unknown_camera_is_refused() -> None:
    with pytest.raises(ValueError, match="camera 'x', expected one of a, b, c"):
        add(synchronizer(), 'x', 0, 0)


def test_lost_view_does_not_take_one_of_the_next_instant() -> None:
    """The slop is longer than a period: only the gaps tell the instants apart."""
    one = synchronizer(slop_sec=0.05)
    sets = []
    for number in range(30):
        stamp = round(number * 100 / 3)
        for camera in 'bac':  # b comes first: it would fill the set before
            if (number, camera) != (20, 'b'):
                sets += add(one, camera, stamp, stamp)
    assert sets[20] == 'a667 c667'
    assert all(len(one.split()) == 3 for one in sets[:20] + sets[21:])
    assert len(sets) == 30


def test_views_without_end_do_not_fill_the_memory() -> None:
    one = synchronizer('ab', timeout_sec=10.0)
    for number in range(5000):
        add(one, 'a', number, 0.001 * number)
        assert one.report().waiting <= 2 * 128 + 1
    report = one.report()
    assert report.waiting + dropped(one)['alone'] == 5000


VIEWS = st.lists(
    st.tuples(
        st.sampled_from(CAMERAS),
        st.integers(0, 3000),  # stamp, ms
        st.integers(0, 200),  # time since the view before, ms
    ),
    max_size=80,
)


@given(VIEWS, st.floats(0.0, 0.2), st.integers(2, 3))
def test_every_view_is_accounted_for(
    views: list[tuple[str, int, int]], slop_sec: float, min_views: int
) -> None:
    one = synchronizer(slop_sec=slop_sec, min_views=min_views)
    sets: list[ViewSet[int]] = []
    now_sec = 0.0
    for number, (camera, stamp_ms, pause_ms) in enumerate(views):
        now_sec += pause_ms / 1000
        sets += one.add(camera, START_NS + stamp_ms * MS, number, now_sec)
    assert one.report().waiting <= len(views)
    sets += one.update(now_sec + 0.5)
    report = one.report()
    assert report.waiting == 0, 'nothing waits longer than the timeout'
    sent = Counter(camera for camera, _, _ in views)
    for camera, counts in report.cameras.items():
        assert counts.received == sent[camera]
        assert counts.received == counts.in_sets + sum(counts.dropped.values())
    out = [number for found in sets for number in found.views.values()]
    assert len(out) == len(set(out)), 'none is in two sets'
    assert len(sets) == report.complete + report.partial
    for found in sets:
        assert min_views <= len(found.views) <= 3
        assert found.skew_sec <= slop_sec + 1e-9
        for camera, number in found.views.items():
            assert views[number][0] == camera
            assert found.stamps_ns[camera] == START_NS + views[number][1] * MS
    for before, after in zip(sets, sets[1:]):
        assert after.restarted or after.stamp_ns > before.stamp_ns


@given(st.permutations([camera for camera in CAMERAS for _ in range(6)]), st.data())
def test_order_of_arrival_does_not_matter(order: list[str], data: st.DataObject) -> None:
    """Whatever overtakes whatever between cameras: the sets are those of the stamps."""
    jitter = {camera: data.draw(st.integers(0, 10)) for camera in CAMERAS}
    one = synchronizer(slop_sec=0.02)
    sets: list[ViewSet[str]] = []
    sent: Counter[str] = Counter()
    for number, camera in enumerate(order):
        stamp_ms = 33 * sent[camera] + jitter[camera]
        sets += one.add(camera, START_NS + stamp_ms * MS, str(sent[camera]), 0.001 * number)
        sent[camera] += 1
    assert told(sets) == [' '.join(str(number) * 3) for number in range(6)]
