# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keypoints of several cameras, from files or videos, put together frame by frame."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
import re

import numpy as np

from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.openpose_json import read_people
from openpose_ros.pose3d.cameras import Camera
from openpose_ros.pose3d.views import View
from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types import People2D

FrameNumber = int
_MIN_CAMERAS = 2


@dataclass(frozen=True, eq=False)
class ViewSequence:
    """
    The views of T instants.

    :param cameras: All cameras.
    :param frame_numbers: Number of each frame, ascending, shape ``(T,)``, int64.
    :param times_sec: Time of each frame in seconds, shape ``(T,)``.
    :param view_sets: Views of each frame, those of cameras without this frame left out.
    """

    cameras: tuple[Camera, ...]
    frame_numbers: IntArray
    times_sec: Array
    view_sets: tuple[tuple[View, ...], ...]

    def describe(self) -> str:
        """Return the number of frames and of cameras as one line."""
        partial = sum(len(views) < len(self.cameras) for views in self.view_sets)
        return f'{len(self.view_sets)} frames of {len(self.cameras)} cameras' + (
            f', {partial} of them lack a camera' if partial else ''
        )


def assign_cameras(
    cameras: Mapping[str, Camera], names: Sequence[str], chosen: Sequence[str] = ()
) -> tuple[tuple[Camera, ...], str]:
    """
    Return the camera of each folder or video, and how it was found, as a text.

    Where each name contains the name of exactly one camera (punctuation and case do not matter:
    ``cam01_json`` is of ``cam_01``), they belong together; else both are taken in their order.

    :param cameras: Cameras of the calibration.
    :param names: Names of the folders or videos.
    :param chosen: Names of the cameras in the order of the folders or videos, empty: find out.
    :raises ValueError: If there are not as many cameras as names, or an unknown one is chosen.
    """
    for name in chosen:
        if name not in cameras:
            raise ValueError(f"camera '{name}', expected one of {', '.join(cameras)}")
    candidates = tuple(chosen or cameras)
    if len(names) != len(candidates) or len(set(candidates)) != len(candidates):
        raise ValueError(
            f'{len(names)} inputs ({", ".join(names)}) for {len(candidates)} cameras '
            f'({", ".join(candidates)}), expected one each; --cameras chooses cameras'
        )
    if len(names) < _MIN_CAMERAS:
        raise ValueError(f'{len(names)} camera, expected at least {_MIN_CAMERAS}')
    found = () if chosen else _cameras_by_name(candidates, names)
    pairs = tuple(cameras[name] for name in found or candidates)
    return pairs, 'as chosen' if chosen else 'by name' if found else 'by order'


def views_of_folders(
    cameras: Sequence[Camera],
    folders: Sequence[Path],
    skeleton: str,
    *,
    fps: float,
    selection: FrameSelection = FrameSelection(),
) -> ViewSequence:
    """
    Read the OpenPose files of all cameras.

    :param cameras: C cameras.
    :param folders: The folder of each camera.
    :param skeleton: Name of the body skeleton.
    :param fps: Frames per second, which the files do not say.
    :param selection: Frame numbers wanted.
    :raises ValueError: If a folder or file is wrong, or no frame has two cameras.
    """
    people = [people_of_folder(folder, skeleton, selection) for folder in folders]
    return view_sequence(cameras, people, lambda number: number / fps)


def people_of_folder(
    folder: Path, skeleton: str, selection: FrameSelection = FrameSelection()
) -> dict[FrameNumber, People2D]:
    """
    Read the OpenPose files of one camera, one per frame.

    :param folder: Folder; the last number in the name of a file is that of its frame.
    :param skeleton: Name of the body skeleton.
    :param selection: Frame numbers wanted.
    :return: People by frame number.
    :raises ValueError: If there is no such file, a file without or with a second file of its
        number, or one that cannot be read; names it.
    """
    if not folder.is_dir():
        raise ValueError(f"'{folder}' is no folder, expected one with OpenPose's JSON files")
    people: dict[FrameNumber, People2D] = {}
    for path in sorted(folder.glob('*.json')):
        number = frame_number_of(path.stem)
        if number in people:
            raise ValueError(f"'{path}' is a second file of frame {number}")
        if selection.is_past(number) or not selection.wants(number):
            continue
        people[number] = read_people(path, skeleton)
    if not people:
        raise ValueError(f"'{folder}' holds no JSON file of a frame wanted")
    return people


def frame_number_of(stem: str) -> FrameNumber:
    """
    Return the last number in a name: 12 of ``cam_1_000000000012_keypoints``.

    :param stem: Name of a file without suffix.
    :raises ValueError: If there is none.
    """
    numbers = re.findall(r'\d+', stem.removesuffix('_keypoints'))
    if not numbers:
        raise ValueError(f"'{stem}.json' has no frame number in its name")
    return int(numbers[-1])


def view_sequence(
    cameras: Sequence[Camera],
    people: Sequence[Mapping[FrameNumber, People2D]],
    time_sec: Callable[[FrameNumber], float],
) -> ViewSequence:
    """
    Put the people of the cameras together by frame number.

    :param cameras: C cameras.
    :param people: People by frame number, of each camera.
    :param time_sec: Time of a frame in seconds by its number.
    :raises ValueError: If no frame has two cameras, or a camera's images are of another size.
    """
    numbers = sorted(set().union(*people))
    view_sets = tuple(
        tuple(View(camera, seen[n]) for camera, seen in zip(cameras, people) if n in seen)
        for n in numbers
    )
    if all(len(views) < _MIN_CAMERAS for views in view_sets):
        raise ValueError('no frame number is in the files of two cameras')
    return ViewSequence(
        tuple(cameras),
        np.array(numbers, np.int64),
        np.array([time_sec(number) for number in numbers]),
        view_sets,
    )


def _cameras_by_name(cameras: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Return the camera whose name is in each name, nothing unless all have a different one."""
    found = []
    for name in names:
        plain = _plain(name)
        matches = [camera for camera in cameras if _plain(camera) and _plain(camera) in plain]
        # cam1 is also in cam12: the longest name is meant
        longest = max((len(_plain(camera)) for camera in matches), default=0)
        matches = [camera for camera in matches if len(_plain(camera)) == longest]
        if len(matches) != 1:
            return ()
        found.append(matches[0])
    return tuple(found) if len(set(found)) == len(found) else ()


def _plain(name: str) -> str:
    return re.sub(r'[\W_]', '', name).lower()
