# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the cameras see at one instant, as association and triangulation take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpose_ros.pose3d.cameras import Camera
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import People2D

# Files of keypoints do not say how large the image was.
_UNKNOWN_SIZE = (0, 0)


@dataclass(frozen=True, eq=False)
class View:
    """
    The people of one camera at one time. A view set is a sequence of views, one per camera.

    :param camera: The camera.
    :param people: Everybody in its image, in pixels of the image it is calibrated for.
    :raises ValueError: If the people come from an image of another size.
    """

    camera: Camera
    people: People2D

    def __post_init__(self) -> None:
        """Check that camera and people have the same image; ValueError if not."""
        if self.people.image_size not in (self.camera.image_size, _UNKNOWN_SIZE):
            raise ValueError(
                f"camera '{self.camera.name}': people of an image of "
                f'{_size_text(self.people.image_size)} pixels, expected '
                f'{_size_text(self.camera.image_size)} as the camera is calibrated'
            )


def skeleton_of_views(views: Sequence[View]) -> Skeleton:
    """
    Return the body skeleton that the views share, after checking that they form a view set.

    :param views: The views of one instant, C cameras.
    :raises ValueError: If there is no view, a camera appears twice, the skeletons differ or the
        keypoints do not have the skeleton's number of parts; names the cameras.
    """
    if not views:
        raise ValueError('0 views, expected at least 1')
    names = [view.camera.name for view in views]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"camera '{name}' has {names.count(name)} views, expected 1")
    first = views[0].people.skeleton
    for view in views:
        if view.people.skeleton != first:
            raise ValueError(
                f"camera '{view.camera.name}' gives people of skeleton '{view.people.skeleton}', "
                f"expected '{first}' as camera '{names[0]}' gives"
            )
    skeleton = get_skeleton(first)
    for view in views:
        parts = view.people.body.scores.shape[1]
        if parts != len(skeleton.parts):
            raise ValueError(
                f"camera '{view.camera.name}' gives people of {parts} parts, expected "
                f"{len(skeleton.parts)} as skeleton '{first}' has"
            )
    return skeleton


def _size_text(size: tuple[int, int]) -> str:
    return f'{size[0]}x{size[1]}'
