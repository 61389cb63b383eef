# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The skeletons: one data file each, and the registry that finds them by name."""

from __future__ import annotations

from openpose_ros.skeletons.body_25 import BODY_25
from openpose_ros.skeletons.body_25b import BODY_25B
from openpose_ros.skeletons.coco_18 import COCO_18
from openpose_ros.skeletons.face_70 import FACE_70
from openpose_ros.skeletons.hand_21 import HAND_21
from openpose_ros.skeletons.mpii_15 import MPII_15
from openpose_ros.skeletons.skeleton import Limb
from openpose_ros.skeletons.skeleton import Skeleton

SKELETONS = {
    skeleton.name: skeleton for skeleton in (BODY_25, COCO_18, MPII_15, BODY_25B, HAND_21, FACE_70)
}


def get_skeleton(name: str) -> Skeleton:
    """
    Return a registered skeleton.

    :param name: Registered name, for example ``body_25``.
    :raises ValueError: If there is none of that name; names the choices.
    """
    if name not in SKELETONS:
        raise ValueError(f"unknown skeleton '{name}', expected one of {', '.join(SKELETONS)}")
    return SKELETONS[name]


__all__ = ['get_skeleton', 'Limb', 'Skeleton', 'SKELETONS']
