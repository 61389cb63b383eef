# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import bags_or_skip  # noqa: F401 - rosbags may be missing
import pytest

from openpose_ros.io.bags import BagTopic
from openpose_ros.tools.bag_topics import choose_image_topics
from openpose_ros.tools.bag_topics import COMPRESSED_IMAGE
from openpose_ros.tools.bag_topics import IMAGE
from openpose_ros.tools.bag_topics import ImageTopic

NO_CONNECTION: Any = None


def topics(**types: str) -> list[BagTopic]:
    return [
        BagTopic(number, name.replace('__', '/'), kind, 1, NO_CONNECTION)
        for number, (name, kind) in enumerate(types.items(), 1)
    ]


ROBOT = topics(
    __tf='tf2_msgs/msg/TFMessage',
    __front__image_raw=IMAGE,
    __front__image_raw__compressed=COMPRESSED_IMAGE,
    __rear__image_raw__compressed=COMPRESSED_IMAGE,
    __front__depth__compressedDepth=COMPRESSED_IMAGE,
)


@pytest.mark.parametrize(('wanted', 'chosen'), [
    # all, raw rather than compressed, no depth
    ([], {'/front/image_raw': '/front/people', '/rear/image_raw/compressed': '/rear/people'}),
    # a compressed one lies where the raw one does
    (['/front/image_raw/compressed'], {'/front/image_raw/compressed': '/front/people'}),
    # the order is theirs, the first slash may be missing
    (['rear/image_raw/compressed', '/front/image_raw'],
     {'/rear/image_raw/compressed': '/rear/people', '/front/image_raw': '/front/people'}),
    # another namespace: what pose.launch.py has
    (['/front/image_raw:=/people'], {'/front/image_raw': '/people'}),
])  # fmt: skip
def test_choose_image_topics(wanted: list[str], chosen: dict[str, str]) -> None:
    found = choose_image_topics(ROBOT, wanted)
    assert [(one.name, one.namespace) for one in found] == list(chosen.items())


def test_image_topic_names_of_results() -> None:
    (image,) = choose_image_topics(topics(__image=IMAGE), [])
    assert image == ImageTopic('/image', '/people')
    assert image.keypoints == '/people/keypoints'
    assert image.keypoints_full == '/people/keypoints_full'
    assert image.skeletons == '/people/skeletons'


@pytest.mark.parametrize(('wanted', 'message'), [
    (['/nothing'], "no topic '/nothing', expected one of /front/depth/compressedDepth, /front/"),
    (['/tf'], "topic '/tf' is of type tf2_msgs/msg/TFMessage, expected one of /front/"),
    (['/front/image_raw', '/front/image_raw/compressed'],
     "/front/image_raw and /front/image_raw/compressed would go to '/front/people'"),
])  # fmt: skip
def test_choose_image_topics_says_what_there_is(wanted: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        choose_image_topics(ROBOT, wanted)


def test_choose_image_topics_of_a_bag_without_images() -> None:
    with pytest.raises(ValueError, match='no image topic, only /tf'):
        choose_image_topics(ROBOT[:1], [])
    with pytest.raises(ValueError, match='expected one of none: the bag holds no images'):
        choose_image_topics(ROBOT[:1], ['/image'])
