# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Bags as a robot records them: images of topics, and something else beside them."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bags_or_skip  # noqa: F401 - rosbags may be missing
import cv2
import numpy as np
import pytest
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer
from rosbags.typesys import get_typestore
from rosbags.typesys import Stores

STORE = get_typestore(Stores.ROS2_KILTED)
START_NS = 1_700_000_000_000_000_000
STORAGE = {'sqlite3': StoragePlugin.SQLITE3, 'mcap': StoragePlugin.MCAP}
IMAGE = 'sensor_msgs/msg/Image'
COMPRESSED = 'sensor_msgs/msg/CompressedImage'
TEXT = 'std_msgs/msg/String'
# From a stamp to its recording.
DELAY_NS = 3_000_000


def header(stamp_ns: int, frame_id: str = 'camera_optical') -> object:
    types = STORE.types
    sec, nanosec = divmod(stamp_ns, 10**9)
    stamp = types['builtin_interfaces/msg/Time'](sec=sec, nanosec=nanosec)
    return types['std_msgs/msg/Header'](stamp=stamp, frame_id=frame_id)


def raw(pixels: np.ndarray, stamp_ns: int, encoding: str = 'bgr8') -> object:
    """Return pixels as an Image, whose rows are padded as some drivers do."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, width * 3 + 8), np.uint8)
    rows[:, : width * 3] = pixels.reshape(height, -1)
    return STORE.types[IMAGE](
        header=header(stamp_ns), height=height, width=width, encoding=encoding, is_bigendian=0,
        step=rows.shape[1], data=rows.reshape(-1),
    )  # fmt: skip


def compressed(pixels: np.ndarray, stamp_ns: int) -> object:
    _, jpeg = cv2.imencode('.png', pixels)
    return STORE.types[COMPRESSED](
        header=header(stamp_ns), format='bgr8; png compressed bgr8', data=jpeg.reshape(-1)
    )


def text(content: str) -> object:
    return STORE.types[TEXT](data=content)


def stamps(count: int, rate_hz: float = 10.0) -> list[int]:
    return [START_NS + round(index * 1e9 / rate_hz) for index in range(count)]


def write_bag(
    path: Path, messages: Iterable[tuple[str, int, object]], storage: str = 'sqlite3'
) -> Path:
    """
    Write a bag.

    :param path: Its folder.
    :param messages: Topic, time of the recording and message.
    :param storage: Format.
    """
    with Writer(path, version=9, storage_plugin=STORAGE[storage]) as writer:
        connections: dict[str, object] = {}
        for topic, time_ns, message in messages:
            kind = message.__msgtype__  # type: ignore[attr-defined]
            if topic not in connections:
                connections[topic] = writer.add_connection(topic, kind, typestore=STORE)
            writer.write(connections[topic], time_ns, STORE.serialize_cdr(message, kind))
    return path


def clip(photo: np.ndarray, frames: int) -> list[np.ndarray]:
    """Return frames of a video in which the camera pans over a photo."""
    return [np.roll(photo, 4 * index, axis=1) for index in range(frames)]


def read_mcap(bag: Path) -> Iterator[tuple[str, int, Any]]:
    """Yield topic, time and message of a bag as another library reads it, by its definitions."""
    reason = 'the other reader is missing: pip install mcap-ros2-support'
    make_reader = pytest.importorskip('mcap.reader', reason=reason).make_reader
    decoder = pytest.importorskip('mcap_ros2.decoder', reason=reason).DecoderFactory()
    (file,) = bag.glob('*.mcap')
    with file.open('rb') as stream:
        reader = make_reader(stream, decoder_factories=[decoder])
        for _, channel, message, decoded in reader.iter_decoded_messages():
            yield channel.topic, message.log_time, decoded
