# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which people of the views are one person: what association says to triangulation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openpose_ros.types import Array
from openpose_ros.types import IntArray
from openpose_ros.types import require_shape


@dataclass(frozen=True, eq=False)
class Groups:
    """
    G people, each seen by at least two of C cameras; P parts of the body skeleton.

    :param members: Index of the person in each view's people, ``NOT_SEEN`` where the camera does
        not see the person, shape ``(G, C)``, int64.
    :param flipped: Whether a part is to be taken from the mirrored part of that view's person,
        shape ``(G, C, P)``, bool.
    :param dropped: Whether a part of a view is not to be used, shape ``(G, C, P)``, bool.
    """

    members: IntArray
    flipped: Array
    dropped: Array

    def __post_init__(self) -> None:
        """Check the shapes; ValueError if they do not belong together."""
        require_shape('members', self.members, (None, None))
        require_shape('flipped', self.flipped, (*self.members.shape, None))
        require_shape('dropped', self.dropped, self.flipped.shape)

    @classmethod
    def nobody(cls, cameras: int, parts: int) -> Groups:
        """
        No group at all.

        :param cameras: Number of cameras.
        :param parts: Number of parts of the body skeleton.
        """
        nowhere = np.zeros((0, cameras, parts), bool)
        return cls(np.zeros((0, cameras), np.int64), nowhere, nowhere)
