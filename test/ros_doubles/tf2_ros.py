# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Stand-in for tf2_ros: one tree for the whole process, and only direct ways through it."""

from __future__ import annotations

from typing import Any

from geometry_msgs.msg import TransformStamped

_TREE: dict[tuple[str, str], Any] = {}
# What `clear` forgets: all but the static ones.
_MOVING: set[tuple[str, str]] = set()


class TransformException(Exception):
    pass


class Buffer:
    def lookup_transform(self, target: str, source: str, time: Any, timeout: Any) -> Any:
        if (target, source) not in _TREE:
            raise TransformException(f'"{source}" passed to lookupTransform does not exist')
        return _TREE[target, source]

    def clear(self) -> None:
        for frames in _MOVING:
            _TREE.pop(frames, None)


class TransformListener:
    def __init__(self, buffer: Buffer, node: Any) -> None:
        self.buffer, self.node = buffer, node

    def unregister(self) -> None:
        del self.node


class StaticTransformBroadcaster:
    def __init__(self, node: Any) -> None:
        self.node = node

    def sendTransform(self, transforms: list[Any]) -> None:
        for one in transforms:
            _TREE[one.header.frame_id, one.child_frame_id] = one


class TransformBroadcaster(StaticTransformBroadcaster):
    def __init__(self, node: Any) -> None:
        super().__init__(node)
        # Of another type than the real one, for which there is no message without tf2.
        self.pub_tf = node.create_publisher(TransformStamped, '/tf', 100)

    def sendTransform(self, transforms: list[Any]) -> None:
        super().sendTransform(transforms)
        _MOVING.update((one.header.frame_id, one.child_frame_id) for one in transforms)
