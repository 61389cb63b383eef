# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a skeleton is: named parts, limbs between them, mirror pairs and PAF channels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

_Kind = TypeVar('_Kind', bound=np.generic)


@dataclass(frozen=True)
class Limb:
    """
    An ordered pair of parts.

    :param start: Name of the first part; the PAF points away from it.
    :param end: Name of the second part.
    :param paf_channel: Index of the x component among the network's PAF channels, y is the next
        one; -1 for a skeleton without PAFs (hand, face).
    :param drawn: False for a redundant limb, which helps assembly but is not shown.
    """

    start: str
    end: str
    paf_channel: int = -1
    drawn: bool = True


@dataclass(frozen=True)
class Skeleton:
    """
    Names of parts, limbs, mirror pairs and PAF channels of one kind of body.

    :param name: Registered name.
    :param parts: Part names; the position is the part index.
    :param limbs: Limbs in the order of the network's tables.
    :param mirror: Pairs of part names (left, right) that a mirrored image swaps.
    :param uncounted: Parts that do not count towards a person's minimum number of parts.
    :raises ValueError: If a name is unknown or used twice, two limbs share PAF channels, or a limb
        joins a part with itself.
    """

    name: str
    parts: tuple[str, ...]
    limbs: tuple[Limb, ...]
    mirror: tuple[tuple[str, str], ...] = ()
    uncounted: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that all names are known and all PAF channels distinct."""
        if len(set(self.parts)) != len(self.parts) or not self.parts:
            raise ValueError(f"skeleton '{self.name}': part names must be unique and not empty")
        used = [name for limb in self.limbs for name in (limb.start, limb.end)]
        used += [name for pair in self.mirror for name in pair]
        for name in (*used, *self.uncounted):
            self.index(name)
        self._check_pairs()
        channels = [limb.paf_channel for limb in self.limbs if limb.paf_channel >= 0]
        taken = [channel + offset for channel in channels for offset in (0, 1)]
        if len(set(taken)) != len(taken):
            raise ValueError(f"skeleton '{self.name}': two limbs share a PAF channel")

    def _check_pairs(self) -> None:
        for limb in self.limbs:
            if limb.start == limb.end:
                raise ValueError(
                    f"skeleton '{self.name}': a limb joins '{limb.start}' with itself"
                )
        mirrored = [name for pair in self.mirror for name in pair]
        for name in mirrored:
            # Only then does mirroring twice give everything back.
            if mirrored.count(name) > 1:
                raise ValueError(f"skeleton '{self.name}': '{name}' is in two mirror pairs")

    def index(self, part: str) -> int:
        """
        Return the index of a part.

        :param part: Part name.
        :raises ValueError: If the skeleton has no such part; names the choices.
        """
        if part not in self.parts:
            raise ValueError(
                f"skeleton '{self.name}' has no part '{part}', its parts: {', '.join(self.parts)}"
            )
        return self.parts.index(part)

    @cached_property
    def limb_pairs(self) -> npt.NDArray[np.int64]:
        """Part indices of each limb, shape ``(L, 2)``."""
        pairs = [(self.index(limb.start), self.index(limb.end)) for limb in self.limbs]
        return _constant(np.array(pairs, np.int64).reshape(-1, 2))

    @cached_property
    def counted(self) -> npt.NDArray[np.bool_]:
        """Whether each part counts towards a person's minimum number of parts, ``(P,)``."""
        return _constant(np.array([part not in self.uncounted for part in self.parts]))

    @cached_property
    def paf_channels(self) -> npt.NDArray[np.int64]:
        """PAF channels of each limb, x and y, shape ``(L, 2)``."""
        channels = [(limb.paf_channel, limb.paf_channel + 1) for limb in self.limbs]
        return _constant(np.array(channels, np.int64).reshape(-1, 2))

    @cached_property
    def mirrored_parts(self) -> npt.NDArray[np.int64]:
        """For each part, the index of the part it is in a mirrored image, ``(P,)``."""
        order = np.arange(len(self.parts))
        for left, right in self.mirror:
            i, j = self.index(left), self.index(right)
            order[i], order[j] = j, i
        return _constant(order)


def _constant(array: npt.NDArray[_Kind]) -> npt.NDArray[_Kind]:
    array.flags.writeable = False
    return array


def limbs_from_table(
    table: str, parts: tuple[str, ...], channels: str = ''
) -> tuple[Limb, ...]:
    """
    Build limbs from a table in OpenPose's notation.

    :param table: Pairs of part indices, ``'1-8 1-2'``; a star marks a redundant limb.
    :param parts: Part names.
    :param channels: PAF x channel of each limb, in the same order; empty for none.
    :raises ValueError: If the number of channels is not the number of limbs.
    """
    pairs = table.split()
    numbers = [int(text) for text in channels.split()] or [-1] * len(pairs)
    if len(numbers) != len(pairs):
        raise ValueError(f'{len(pairs)} limbs but {len(numbers)} PAF channels')
    limbs = []
    for pair, channel in zip(pairs, numbers):
        start, end = pair.rstrip('*').split('-')
        limbs.append(Limb(parts[int(start)], parts[int(end)], channel, not pair.endswith('*')))
    return tuple(limbs)


def mirror_from_names(parts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """
    Pair the parts whose names differ in ``left_`` and ``right_`` only.

    :param parts: Part names.
    """
    return tuple(
        (part, 'right_' + part[len('left_'):])
        for part in parts
        if part.startswith('left_') and 'right_' + part[len('left_'):] in parts
    )
