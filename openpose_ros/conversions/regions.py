# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Regions to messages and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from openpose_ros.region_types import NO_PERSON
from openpose_ros.region_types import REGION_KINDS
from openpose_ros.region_types import Regions
from openpose_ros.types import Array
from openpose_ros.types import People2D


@dataclass(frozen=True)
class RegionMessages:
    """
    Message classes for regions.

    :param region_array: ``openpose_ros/RegionArray``.
    :param region: ``openpose_ros/Region``.
    """

    region_array: Any
    region: Any


@lru_cache(maxsize=1)
def generated_region_messages() -> RegionMessages:
    """
    Return the classes generated from this package's interfaces.

    :raises ImportError: If the interfaces are not built.
    """
    from openpose_ros.msg import Region
    from openpose_ros.msg import RegionArray

    return RegionMessages(RegionArray, Region)


def regions_to_msg(
    regions: Regions,
    people: People2D,
    header: Any,
    messages: RegionMessages | None = None,
) -> Any:
    """
    Return regions as an ``openpose_ros/RegionArray``.

    :param regions: Regions of an image.
    :param people: The people whose rows the regions name. A message leaves out people without
        any keypoint: the numbers are those of the people in it, and regions of the others become
        regions of nobody.
    :param header: Header of the source image, used as it is.
    :param messages: Message classes; the generated ones if none are given.
    """
    messages = messages or generated_region_messages()
    numbers = _numbers_in_message(people)
    columns = (
        regions.kinds.tolist(),
        [numbers.get(person, NO_PERSON) for person in regions.persons.tolist()],
        regions.xy_image.tolist(),
        regions.sizes_px.tolist(),
        regions.angles_rad.tolist(),
        regions.scores.tolist(),
    )
    listed = [
        messages.region(
            kind=kind, person=person, x=x, y=y, size=size, angle=angle, score=score
        )
        for kind, person, (x, y), size, angle, score in zip(*columns, strict=True)
    ]
    return messages.region_array(header=header, regions=listed)


def regions_from_msg(message: Any) -> Regions:
    """
    Return the regions of an ``openpose_ros/RegionArray``.

    :param message: The message.
    :raises ValueError: If a region is of an unknown kind; names it and the kinds.
    """
    listed = message.regions
    for number, region in enumerate(listed):
        if region.kind not in REGION_KINDS:
            raise ValueError(
                f'region {number} is of kind {region.kind}, expected one of {REGION_KINDS}'
            )

    def column(name: str, kind: type) -> Any:
        return np.array([getattr(region, name) for region in listed], kind)

    xy = np.stack((column('x', np.float32), column('y', np.float32)), axis=1)
    return Regions(
        column('kind', np.int64),
        column('person', np.int64),
        xy,
        column('size', np.float32),
        column('angle', np.float32),
        column('score', np.float32),
    )


def _numbers_in_message(people: People2D) -> dict[int, int]:
    """Return the place in a message of the people that are written to it, by row."""
    found = np.zeros(len(people), bool)
    for keypoints in (people.body, people.face, people.left_hand, people.right_hand):
        missing: Array = np.logical_or.reduce(np.isnan(keypoints.xy), axis=2)
        found |= ~np.logical_and.reduce(missing, axis=1)
    return {row: number for number, row in enumerate(np.flatnonzero(found).tolist())}
