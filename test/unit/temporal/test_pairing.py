# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keypoints and images by exact stamp; letters stand for messages, time is an argument."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
import pytest

from openpose_ros.temporal.pairing import Paired
from openpose_ros.temporal.pairing import Pairing
from openpose_ros.temporal.pairing import SyncParameters

IMAGE = 'image'
REGIONS = 'regions'
ALL = 1000


def told(items: list[Paired]) -> list[tuple[int, str]]:
    """Return stamp, and either the partners or why there are none."""
    return [(item.stamp_ns, item.reason or ''.join(item.partners.values())) for item in items]


@pytest.mark.parametrize('image_first', [True, False])
def test_pairing_same_stamp_gives_the_pair_whatever_comes_first(image_first: bool) -> None:
    pairing = Pairing((IMAGE,))
    assert pairing.add_partner(IMAGE, 4, 'early', most=ALL) == []
    if image_first:
        assert pairing.add_partner(IMAGE, 5, 'i', most=ALL) == []
        found = pairing.add_keypoints(5, 'k', 0.0)
    else:
        assert pairing.add_keypoints(5, 'k', 0.0) == []
        found = pairing.add_partner(IMAGE, 5, 'i', most=ALL)
    assert told(found) == [(5, 'i')]
    assert found[0].keypoints == 'k'
    assert len(pairing) == 0
    assert pairing.update(100.0, 1.0) == []


def test_pairing_stamp_one_nanosecond_off_is_no_pair() -> None:
    pairing = Pairing((IMAGE,))
    pairing.add_keypoints(1_795_000_000_000_000_001, 'k', 0.0)
    assert pairing.add_partner(IMAGE, 1_795_000_000_000_000_000, 'i', most=ALL) == []


def test_pairing_keypoints_without_image_come_out_after_the_timeout() -> None:
    pairing = Pairing((IMAGE,))
    pairing.add_keypoints(5, 'k', 10.0)
    assert pairing.update(10.99, 1.0) == []
    assert told(pairing.update(11.0, 1.0)) == [(5, 'timeout')]
    assert pairing.add_partner(IMAGE, 5, 'late', most=ALL) == []
    assert pairing.update(12.0, 1.0) == []


def test_pairing_overtaken_keypoints_come_out_first() -> None:
    pairing = Pairing((IMAGE,))
    for stamp in (1, 2, 3, 4):
        pairing.add_keypoints(stamp, 'k', 0.0)
    assert told(pairing.add_partner(IMAGE, 3, 'i', most=ALL)) == [
        (1, 'overtaken'), (2, 'overtaken'), (3, 'i')
    ]
    assert told(pairing.add_partner(IMAGE, 4, 'i', most=ALL)) == [(4, 'i')]


def test_pairing_keypoints_later_than_the_images_kept_come_out_at_once() -> None:
    # 30 images a second, of which three wait; keypoints come four images later
    pairing = Pairing((IMAGE,))
    for stamp in range(1, 11):
        pairing.add_partner(IMAGE, stamp, 'i', most=3)
        if stamp > 4:
            assert told(pairing.add_keypoints(stamp - 4, 'k', 0.0)) == [(stamp - 4, 'dropped')]
    assert told(pairing.add_keypoints(8, 'k', 0.0)) == [(8, 'i')]


def test_pairing_stamps_that_start_over_are_not_taken_for_dropped() -> None:
    pairing = Pairing((IMAGE,))
    for stamp in range(101, 111):
        pairing.add_partner(IMAGE, stamp, 'i', most=3)
    assert told(pairing.add_keypoints(110, 'k', 0.0)) == [(110, 'i')]
    assert pairing.add_keypoints(1, 'k', 0.0) == [], 'its image is still to come'
    assert told(pairing.add_partner(IMAGE, 1, 'i', most=3)) == [(1, 'i')]


def test_pairing_repeated_stamp_comes_out_in_turn_and_never_with_an_image() -> None:
    pairing = Pairing((IMAGE,))
    pairing.add_keypoints(5, 'k', 0.0)
    assert pairing.add_keypoints(5, 'again', 0.0) == [], 'not before the first'
    found = pairing.add_partner(IMAGE, 5, 'i', most=ALL)
    assert told(found) == [(5, 'i'), (5, 'repeated')]
    assert [item.keypoints for item in found] == ['k', 'again']
    pairing.add_partner(IMAGE, 5, 'i', most=ALL)
    assert told(pairing.add_keypoints(5, 'again', 0.0)) == [(5, 'repeated')]


def test_pairing_repeated_stamp_comes_out_behind_one_that_times_out() -> None:
    pairing = Pairing((IMAGE,))
    pairing.add_keypoints(5, 'k', 0.0)
    pairing.add_keypoints(5, 'again', 0.9)
    assert told(pairing.update(1.0, 1.0)) == [(5, 'timeout'), (5, 'repeated')]


# ---- stamps that jump back


def test_pairing_stamp_that_goes_back_is_paired_in_the_new_run() -> None:
    pairing = Pairing((IMAGE,))
    for stamp in (100, 101, 1, 2):
        pairing.add_partner(IMAGE, stamp, f'i{stamp}', most=ALL)
    (before,) = pairing.add_keypoints(101, 'k', 0.0)
    (after,) = pairing.add_keypoints(1, 'k', 0.0)
    assert told([before, after]) == [(101, 'i101'), (1, 'i1')]
    assert (before.run, after.run) == (0, 1)
    assert told(pairing.add_keypoints(2, 'k', 0.0)) == [(2, 'i2')]


def test_pairing_stamp_that_goes_back_lets_out_all_that_waits_oldest_first() -> None:
    pairing = Pairing((IMAGE,))
    for stamp in (100, 101, 102):
        pairing.add_keypoints(stamp, 'k', 0.0)
    pairing.add_keypoints(102, 'k', 0.0)
    pairing.add_partner(IMAGE, 1, 'i', most=ALL)
    assert told(pairing.add_keypoints(1, 'k', 0.0)) == [
        (100, 'backwards'), (101, 'backwards'), (102, 'backwards'), (102, 'repeated'),
    ], 'an image that came before the jump was seen is not known to be of the new run'
    assert told(pairing.add_partner(IMAGE, 1, 'i', most=ALL)) == [(1, 'i')]


def test_pairing_images_of_the_old_run_are_forgotten() -> None:
    pairing = Pairing((IMAGE,))
    for stamp in (100, 101, 102, 99, 100):
        pairing.add_partner(IMAGE, stamp, f'{stamp}', most=ALL)
    assert told(pairing.add_keypoints(100, 'k', 0.0)) == [(100, '100')]
    pairing.add_partner(IMAGE, 101, 'new', most=ALL)
    # a jump by one frame only; image 102 is of the old run and 101 is there twice
    assert told(pairing.add_keypoints(99, 'k', 0.0)) == [(99, '99')]
    assert told(pairing.add_keypoints(101, 'k', 0.0)) == [(101, 'new')]
    assert pairing.add_keypoints(102, 'k', 0.0) == []


def test_pairing_images_of_the_old_run_that_come_late_are_forgotten() -> None:
    pairing = Pairing((IMAGE,))
    pairing.add_partner(IMAGE, 100, 'i', most=ALL)
    pairing.add_keypoints(100, 'k', 0.0)
    assert pairing.add_keypoints(50, 'k', 0.0) == []
    for stamp, image in ((101, 'old'), (50, 'new')):
        found = pairing.add_partner(IMAGE, stamp, image, most=ALL)
    assert told(found) == [(50, 'new')]
    assert pairing.add_keypoints(101, 'k', 0.0) == []


def test_pairing_goes_on_if_images_never_jump() -> None:
    pairing = Pairing((IMAGE,))
    pairing.add_partner(IMAGE, 40, 'i', most=ALL)
    pairing.add_keypoints(100, 'k', 0.0)
    pairing.add_keypoints(60, 'k', 0.0)
    assert told(pairing.add_partner(IMAGE, 60, 'i', most=ALL)) == [(60, 'i')]
    # and the next jump, which the images make first, is a jump like any other
    for stamp in (61, 5, 6):
        pairing.add_partner(IMAGE, stamp, 'i', most=ALL)
    assert told(pairing.add_keypoints(61, 'k', 0.0)) == [(61, 'i')]
    assert told(pairing.add_keypoints(5, 'k', 0.0)) == [(5, 'i')]


@pytest.mark.parametrize('order', [(1, 2, 4, 3, 5), (2, 1, 3, 4, 5)])
def test_pairing_images_out_of_order_are_no_new_run(order: tuple[int, ...]) -> None:
    pairing = Pairing((IMAGE,))
    for stamp in order:
        pairing.add_partner(IMAGE, stamp, 'i', most=ALL)
    assert told(pairing.add_keypoints(1, 'k', 0.0)) == [(1, 'i')]
    assert told(pairing.add_keypoints(3, 'k', 0.0)) == [(3, 'i')]
    assert told(pairing.add_keypoints(5, 'k', 0.0)) == [(5, 'i')]
    assert pairing.add_keypoints(2, 'k', 0.0) == []


def test_pairing_keeps_the_newest_images_only() -> None:
    pairing = Pairing((IMAGE,))
    for stamp in (1, 2, 3):
        pairing.add_partner(IMAGE, stamp, 'i', most=2)
    assert told(pairing.add_keypoints(1, 'k', 0.0)) == [(1, 'dropped')]
    assert told(pairing.add_keypoints(2, 'k', 0.0)) == [(2, 'i')]


def test_pairing_never_keeps_more_than_64_keypoints() -> None:
    pairing = Pairing((IMAGE,))
    found = [item for stamp in range(70) for item in pairing.add_keypoints(stamp, 'k', 0.0)]
    assert told(found) == [(stamp, 'full') for stamp in range(6)]
    assert len(pairing) == 64


def test_pairing_of_two_kinds_waits_for_both() -> None:
    pairing = Pairing((IMAGE, REGIONS))
    pairing.add_keypoints(5, 'k', 0.0)
    assert pairing.add_partner(REGIONS, 5, 'r', most=ALL) == []
    (found,) = pairing.add_partner(IMAGE, 5, 'i', most=ALL)
    assert found.partners == {IMAGE: 'i', REGIONS: 'r'}


def test_pairing_says_what_is_missing() -> None:
    pairing = Pairing((IMAGE, REGIONS))
    for stamp in (1, 2, 3):
        pairing.add_keypoints(stamp, 'k', 0.0)
    pairing.add_partner(IMAGE, 1, 'i', most=ALL)
    pairing.add_partner(REGIONS, 2, 'r', most=ALL)
    found = pairing.update(9.0, 1.0)
    assert [item.missing for item in found] == [(REGIONS,), (IMAGE,), (IMAGE, REGIONS)]


# ---- whatever comes in whatever order

EVENTS = st.lists(
    st.tuples(st.sampled_from(('keypoints', IMAGE, REGIONS, 'time')), st.integers(0, 9)),
    max_size=60,
)


@given(EVENTS, st.integers(1, 4), st.sampled_from(((IMAGE,), (IMAGE, REGIONS))))
def test_pairing_every_keypoints_message_comes_out_once_and_in_order(
    events: list[tuple[str, int]], most: int, kinds: tuple[str, ...]
) -> None:
    pairing, given_in, out = Pairing(kinds), [], []
    for now_sec, (kind, stamp) in enumerate(events):
        if kind == 'keypoints':
            given_in.append((stamp, now_sec))
            out += pairing.add_keypoints(stamp, (stamp, now_sec), now_sec)
        elif kind == 'time':
            out += pairing.update(now_sec, float(stamp))
        elif kind in kinds:
            out += pairing.add_partner(kind, stamp, stamp, most=most)
        assert len(pairing) + len(out) == len(given_in)
    out += pairing.update(1e6, 0.0)
    assert [item.keypoints for item in out] == given_in
    for item in out:
        assert item.keypoints[0] == item.stamp_ns
        assert item.partners == ({} if item.reason else dict.fromkeys(kinds, item.stamp_ns))
    jumps = sum(later < earlier for (earlier, _), (later, _) in zip(given_in, given_in[1:]))
    assert [item.run for item in out] == sorted(item.run for item in out)
    assert not out or out[-1].run == jumps


# Lengths of recordings, and by how many frames their end is before the next one's begin.
RECORDINGS = st.lists(st.tuples(st.integers(5, 9), st.integers(1, 8)), min_size=1, max_size=4)
MOST_AHEAD = 4


def stream(recordings: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stamp and number of the recording."""
    frames, stamp = [], 20
    for number, (length, back) in enumerate(recordings):
        frames += [(stamp + step, number) for step in range(length)]
        stamp += length - 1 - min(back, length - 1)
    return frames


@given(RECORDINGS, st.lists(st.integers(0, MOST_AHEAD), max_size=40))
def test_pairing_of_recordings_that_start_over_pairs_everything_with_its_own(
    recordings: list[tuple[int, int]], leads: list[int]
) -> None:
    frames = stream(recordings)
    pairing, out, sent = Pairing((IMAGE,)), [], 0
    for place, frame in enumerate(frames):
        # images come before their keypoints, by some frames, and none is lost
        lead = leads[place] if place < len(leads) else 0
        while sent <= min(place + lead, len(frames) - 1):
            out += pairing.add_partner(IMAGE, frames[sent][0], frames[sent], most=ALL)
            sent += 1
        out += pairing.add_keypoints(frame[0], frame, 0.0)
    assert [item.partners.get(IMAGE) for item in out] == frames


@given(RECORDINGS, st.data())
def test_pairing_of_recordings_with_losses_never_takes_images_of_an_old_one(
    recordings: list[tuple[int, int]], data: st.DataObject
) -> None:
    frames = stream(recordings)
    pairing, out, sent = Pairing((IMAGE,)), [], 0
    for place, frame in enumerate(frames):
        while sent <= min(place + data.draw(st.integers(0, MOST_AHEAD)), len(frames) - 1):
            if data.draw(st.booleans()):
                out += pairing.add_partner(IMAGE, frames[sent][0], frames[sent], most=ALL)
            sent += 1
        if data.draw(st.booleans()):
            out += pairing.add_keypoints(frame[0], frame, 0.0)
    for item in out:
        # A jump over which the keypoints were lost is one of which nobody can know.
        if item.partners and item.run == item.keypoints[1]:
            assert item.partners[IMAGE][1] >= item.keypoints[1]


def test_sync_parameters_refuse_a_timeout_of_nothing() -> None:
    with pytest.raises(ValueError, match=r"'sync.timeout_sec' is 0.*0.01 .. 60"):
        SyncParameters(timeout_sec=0)
