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


def test_pairing_repeated_stamp_comes_out_at_once_and_once_only_with_its_image() -> None:
    pairing = Pairing((IMAGE,))
    pairing.add_keypoints(5, 'k', 0.0)
    assert told(pairing.add_keypoints(5, 'again', 0.0)) == [(5, 'repeated')]
    assert told(pairing.add_partner(IMAGE, 5, 'i', most=ALL)) == [(5, 'i')]
    pairing.add_partner(IMAGE, 5, 'i', most=ALL)
    assert told(pairing.add_keypoints(5, 'again', 0.0)) == [(5, 'repeated')]


def test_pairing_stamp_that_goes_back_comes_out_and_the_next_is_paired() -> None:
    pairing = Pairing((IMAGE,))
    for stamp in (100, 101, 1, 2):
        pairing.add_partner(IMAGE, stamp, 'i', most=ALL)
    assert told(pairing.add_keypoints(101, 'k', 0.0)) == [(101, 'i')]
    assert told(pairing.add_keypoints(1, 'k', 0.0)) == [(1, 'backwards')]
    assert told(pairing.add_keypoints(2, 'k', 0.0)) == [(2, 'i')]


def test_pairing_keeps_the_newest_images_only() -> None:
    pairing = Pairing((IMAGE,))
    for stamp in (1, 2, 3):
        pairing.add_partner(IMAGE, stamp, 'i', most=2)
    assert pairing.add_keypoints(1, 'k', 0.0) == []
    assert told(pairing.add_keypoints(2, 'k', 0.0)) == [(1, 'overtaken'), (2, 'i')]


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


@given(
    st.lists(
        st.tuples(st.sampled_from(('keypoints', IMAGE, 'time')), st.integers(0, 9)), max_size=40
    ),
    st.integers(1, 4),
)
def test_pairing_every_keypoints_message_comes_out_once(
    events: list[tuple[str, int]], most: int
) -> None:
    pairing, given_in, out = Pairing((IMAGE,)), [], []
    for now_sec, (kind, stamp) in enumerate(events):
        if kind == 'keypoints':
            given_in.append((stamp, now_sec))
            out += pairing.add_keypoints(stamp, (stamp, now_sec), now_sec)
        elif kind == IMAGE:
            out += pairing.add_partner(IMAGE, stamp, stamp, most=most)
        else:
            out += pairing.update(now_sec, float(stamp))
    assert len(pairing) + len(out) == len(given_in)
    out += pairing.update(1e6, 0.0)
    assert sorted(item.keypoints for item in out) == sorted(given_in)
    for item in out:
        assert item.keypoints[0] == item.stamp_ns
        assert item.partners == ({} if item.reason else {IMAGE: item.stamp_ns})


def test_sync_parameters_refuse_a_timeout_of_nothing() -> None:
    with pytest.raises(ValueError, match=r"'sync.timeout_sec' is 0.*0.01 .. 60"):
        SyncParameters(timeout_sec=0)
