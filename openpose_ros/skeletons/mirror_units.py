# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which mirrored parts of a skeleton are exchanged together: an arm, a leg, the side of a face."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from openpose_ros.skeletons.skeleton import Skeleton

Array = npt.NDArray[Any]


@lru_cache(maxsize=16)
def limb_units(skeleton: Skeleton) -> Array:
    """
    Return the chains of mirrored parts, left and right together.

    Mirrored parts belong together if a drawn limb joins them on one side. Limbs on a cycle (from
    the shoulders to the hips, say) are the trunk and join nothing: arms and legs are exchanged
    apart.

    :param skeleton: Skeleton with P parts.
    :return: Which parts each of U chains has, shape ``(U, P)``, bool.
    """
    mirrored = skeleton.mirrored_parts
    sides = _sides(skeleton)
    edges = _drawn_edges(skeleton)
    chains = np.minimum(np.arange(len(mirrored)), mirrored)
    for edge in edges:
        start, end = edge
        if sides[start] and sides[start] == sides[end] and not _on_cycle(edge, edges):
            one, other = chains[start], chains[end]
            chains[chains == other] = one
    units = [chains == chain for chain in np.unique(chains[sides != 0])]
    return _constant(np.array(units, bool).reshape(-1, len(mirrored)))


@lru_cache(maxsize=16)
def pair_units(skeleton: Skeleton) -> Array:
    """
    Return the mirror pairs.

    :param skeleton: Skeleton with P parts.
    :return: The two parts of each of U pairs, shape ``(U, P)``, bool.
    """
    units = np.zeros((len(skeleton.mirror), len(skeleton.parts)), bool)
    for unit, pair in zip(units, skeleton.mirror):
        unit[[skeleton.index(part) for part in pair]] = True
    return _constant(units)


def _sides(skeleton: Skeleton) -> Array:
    """Return 1 for left parts, 2 for right ones, 0 for the others."""
    sides = np.zeros(len(skeleton.parts), int)
    for left, right in skeleton.mirror:
        sides[skeleton.index(left)], sides[skeleton.index(right)] = 1, 2
    return sides


def _drawn_edges(skeleton: Skeleton) -> set[tuple[int, int]]:
    drawn = [limb.drawn for limb in skeleton.limbs]
    return {(min(a, b), max(a, b)) for a, b in skeleton.limb_pairs[drawn].tolist()}


def _on_cycle(edge: tuple[int, int], edges: set[tuple[int, int]]) -> bool:
    """Return whether the ends of a limb are joined without it, too."""
    start, end = edge
    reached, waiting = {start}, [start]
    while waiting:
        part = waiting.pop()
        for a, b in edges - {edge}:
            for near, far in ((a, b), (b, a)):
                if near == part and far not in reached:
                    reached.add(far)
                    waiting.append(far)
    return end in reached


def _constant(array: Array) -> Array:
    array.setflags(write=False)
    return array
