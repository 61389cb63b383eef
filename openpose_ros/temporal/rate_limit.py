# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Picks the first frame of each time slot, by stamp and never by arrival."""

from __future__ import annotations

from fractions import Fraction
import math

_NS_PER_SEC = 1_000_000_000
# Rates are meant as written in decimals; this undoes the binary rounding of, say, 7.1.
_LARGEST_DENOMINATOR = 1_000_000


class RateLimit:
    """
    A grid of slots ``floor(stamp rate_hz)`` that all machines with one clock share.

    Several cameras whose frames are dropped independently rarely keep the same instants; with a
    grid on the stamps they pick the same ones.

    :param rate_hz: Slots per second, 0: every frame is taken.
    :raises ValueError: If the rate is negative or not finite.
    """

    def __init__(self, rate_hz: float) -> None:
        if not (math.isfinite(rate_hz) and rate_hz >= 0):
            raise ValueError(f'the rate is {rate_hz} Hz, expected a finite number from 0 on')
        self._rate = Fraction(rate_hz).limit_denominator(_LARGEST_DENOMINATOR)
        self._slot: int | None = None

    def update(self, stamp_ns: int) -> bool:
        """
        Return whether the frame is the first of its slot.

        A stamp that jumps back, as when a recording starts over, begins anew.

        :param stamp_ns: Stamp of the frame in nanoseconds.
        """
        if self._rate == 0:
            return True
        # Integers throughout: a float cannot hold nanoseconds since 1970.
        slot = stamp_ns * self._rate.numerator // (_NS_PER_SEC * self._rate.denominator)
        first = slot != self._slot
        self._slot = slot
        return first
