# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Messages of one instant to views; a bad one is left out, counted, and named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
import threading
from typing import Any

import numpy as np
from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.node import Node

from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.nodes.camera_source import CameraSource
from openpose_ros.nodes.view_status import LeftOut
from openpose_ros.pose3d.camera_calibration import check_image_size
from openpose_ros.pose3d.reconstructor import ReconstructionParameters
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import SKELETONS
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

# Two rays make a point.
FEWEST_VIEWS = 2
_BODY = 'skeleton'
_WORDS = {_BODY: 'skeleton', 'face_skeleton': 'face skeleton', 'hand_skeleton': 'hand skeleton'}
_WARNING_PERIOD_SEC = 5.0
_NS_PER_SEC = 1e9


class BadViewError(ValueError):
    """
    Says why a view is left out.

    :param reason: One word, for the counts.
    :param text: What is wrong; names the camera.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class ViewDecoder:
    """
    Makes views, and warns at a throttled rate about each camera whose view it cannot use.

    :param node: Node whose logger is used.
    :param cameras: Gives the cameras.
    """

    def __init__(self, node: Node, cameras: CameraSource) -> None:
        self._node = node
        self._cameras = cameras
        self._clock = Clock(clock_type=ClockType.STEADY_TIME)
        # Counted in the worker's thread, read in the executor's.
        self._lock = threading.Lock()
        self._dropped: Counter[tuple[str, str]] = Counter()
        self._problems: dict[str, str] = {}
        self._reported: Counter[str] = Counter()
        # rclpy throttles a line of code; here each camera has a line of its own.
        self._silent_until_sec: dict[str, float] = {}

    def decode(
        self, messages: Mapping[str, Any], wanted: ReconstructionParameters
    ) -> list[View]:
        """
        Return the views that can be used; the skeletons of what is wanted are the same in all.

        :param messages: ``PoseArray`` of each camera.
        :param wanted: Whether faces and hands are.
        :raises ValueError: If fewer than two are left; says what is wrong with the others.
        """
        kinds = _kinds(wanted)
        views: list[View] = []
        problems: list[str] = []
        for name, message in messages.items():
            try:
                views.append(self._decoded(name, message, kinds))
            except BadViewError as error:
                self._drop(name, error, problems)
        for kind in kinds:
            views = self._agreeing(views, kind, problems)
        if len(views) < FEWEST_VIEWS:
            raise ValueError('; '.join(problems))
        return views

    def left_out(self) -> dict[str, LeftOut]:
        """Return the views left out, in all and since the last call, by camera."""
        with self._lock:
            counts: dict[str, dict[str, int]] = {}
            for (name, reason), count in sorted(self._dropped.items()):
                counts.setdefault(name, {})[reason] = count
            totals = Counter({name: sum(reasons.values()) for name, reasons in counts.items()})
            newly, self._reported = totals - self._reported, totals
            return {
                name: LeftOut(reasons, newly[name], self._problems[name])
                for name, reasons in counts.items()
            }

    def _agreeing(self, views: list[View], kind: str, problems: list[str]) -> list[View]:
        """Return the views with the skeleton that most have, and those without one."""
        skeletons = [getattr(view.people, kind) for view in views]
        usual = _most_common([one for one in skeletons if one])
        for view, found in zip(views, skeletons):
            if found not in ('', usual):
                name, word = view.camera.name, _WORDS[kind]
                text = f"camera '{name}': the {word} is '{found}', the others' is '{usual}'"
                self._drop(name, BadViewError('skeleton', text), problems)
        return [view for view, found in zip(views, skeletons) if found in ('', usual)]

    def _decoded(self, name: str, message: Any, kinds: Sequence[str]) -> View:
        try:
            camera = self._cameras.camera(name, message.header)
        except ValueError as error:
            raise BadViewError('calibration', str(error)) from error
        for kind in kinds:
            found = getattr(message, kind)
            if found not in SKELETONS and (found or kind == _BODY):
                known = ', '.join(sorted(SKELETONS))
                raise BadViewError(
                    'skeleton',
                    f"camera '{name}': the {_WORDS[kind]} '{found}' is unknown, expected one of "
                    f'{known}',
                )
        try:
            people = people_from_msg(message)
        except ValueError as error:
            raise BadViewError('invalid', f"camera '{name}': {error}") from error
        try:
            check_image_size(camera, people.image_size)
        except ValueError as error:
            raise BadViewError('size', str(error)) from error
        return View(camera, _finite(people))

    def _drop(self, name: str, error: BadViewError, problems: list[str]) -> None:
        problems.append(str(error))
        with self._lock:
            self._dropped[name, error.reason] += 1
            self._problems[name] = str(error)
        now_sec = self._clock.now().nanoseconds / _NS_PER_SEC
        if now_sec >= self._silent_until_sec.get(name, 0.0):
            self._silent_until_sec[name] = now_sec + _WARNING_PERIOD_SEC
            self._node.get_logger().warning(f'view dropped: {error}')


def _kinds(wanted: ReconstructionParameters) -> list[str]:
    """Return the fields with the skeletons that count."""
    return [_BODY, *['face_skeleton'] * wanted.face, *['hand_skeleton'] * wanted.hands]


def _most_common(names: list[str]) -> str:
    """Return the name that most have, the first one of those if several do."""
    return Counter(names).most_common(1)[0][0] if names else ''


def _finite(people: People2D) -> People2D:
    """Return the people; a keypoint with a number that is none is missing altogether."""
    return replace(
        people,
        body=_finite_keypoints(people.body),
        face=_finite_keypoints(people.face),
        left_hand=_finite_keypoints(people.left_hand),
        right_hand=_finite_keypoints(people.right_hand),
    )


def _finite_keypoints(keypoints: Keypoints2D) -> Keypoints2D:
    bad = ~(np.isfinite(keypoints.xy).all(axis=-1) & np.isfinite(keypoints.scores))
    return Keypoints2D(
        np.where(bad[..., None], np.float32(np.nan), keypoints.xy),
        np.where(bad, np.float32(0), keypoints.scores),
    )
