# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The accounts that nodes log when they stop working: what came in went out or was dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import re

# frames: 12 received, 8 processed, 3 dropped (replaced 2, invalid 1), 1 passed on
_FRAMES = re.compile(
    r'frames: (\d+) received, (\d+) processed, (\d+) dropped(?: \(([^)]*)\))?, '
    r'(\d+) passed on'
)
# views: 'left' 12 received, 9 in sets, 3 dropped (alone 3); 'right' ...
_VIEWS = re.compile(r"'[^' ]+' (\d+) received, (\d+) in sets, (\d+) dropped(?: \(([^)]*)\))?")


@dataclass(frozen=True)
class Account:
    """
    What became of the frames of a process, from its start.

    :param received: Frames that came in.
    :param processed: Frames worked on to the end.
    :param dropped: Frames dropped.
    :param passed_on: Frames published as they came.
    :param reasons: Frames dropped, by reason.
    """

    received: int
    processed: int
    dropped: int
    passed_on: int
    reasons: Mapping[str, int]

    @property
    def published(self) -> int:
        """Frames of which something was published."""
        return self.processed + self.passed_on

    def problem(self) -> str:
        """Return why it does not close, an empty text if it does."""
        gone = self.published + self.dropped
        if gone != self.received:
            return (
                f'{self.received} frames received, but {self.processed} processed + '
                f'{self.dropped} dropped + {self.passed_on} passed on = {gone}'
            )
        reasoned = sum(self.reasons.values())
        if reasoned != self.dropped:
            return f'{self.dropped} frames dropped, but {reasoned} for a reason'
        return ''


def frame_accounts(log: str) -> list[Account]:
    """
    Return the accounts of frames, in the order in which a process logged them.

    :param log: What it printed.
    """
    return [_account(*match.groups()) for match in _FRAMES.finditer(log)]


def view_accounts(log: str) -> list[Account]:
    """
    Return the accounts of the views of single cameras; those in sets are the processed ones.

    :param log: What a process printed.
    """
    return [_account(*match.groups()) for match in _VIEWS.finditer(log)]


def _account(
    received: str, processed: str, dropped: str, reasons: str | None, passed_on: str = '0'
) -> Account:
    pairs = (one.rpartition(' ') for one in (reasons or '').split(', ') if one)
    return Account(
        int(received),
        int(processed),
        int(dropped),
        int(passed_on),
        {reason: int(count) for reason, _, count in pairs},
    )
