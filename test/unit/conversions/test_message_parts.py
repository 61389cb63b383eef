# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Stand-ins of messages: only the fields that are read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from openpose_ros.conversions.message_parts import FIELDS
from openpose_ros.conversions.message_parts import parts_of_message


def person(**lengths: int) -> Any:
    return SimpleNamespace(**{
        field: SimpleNamespace(x=[0.0] * lengths.get(field, 0)) for field in FIELDS
    })


def message(*people: Any, body: str = '', face: str = '', hand: str = '') -> Any:
    return SimpleNamespace(
        people=people, skeleton=body, face_skeleton=face, hand_skeleton=hand
    )


def test_parts_of_message_registered_skeletons_say_how_many() -> None:
    parts = parts_of_message(message(body='coco_18', face='face_70', hand='hand_21'))
    assert parts == {'body': 18, 'face': 70, 'left_hand': 21, 'right_hand': 21}


def test_parts_of_message_other_skeletons_have_as_many_as_the_longest() -> None:
    people = (person(body=7), person(right_hand=4), person(left_hand=3))
    parts = parts_of_message(message(*people, body='vehicle', hand='paw'))
    assert parts == {'body': 7, 'face': 0, 'left_hand': 4, 'right_hand': 4}


def test_parts_of_message_of_nobody_without_skeletons_are_none() -> None:
    assert set(parts_of_message(message()).values()) == {0}
