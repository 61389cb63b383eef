# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import signal

import pytest

from openpose_ros.tools.interruption import StopRequest


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_stop_request_notes_the_first_signal_and_raises_at_the_second(number: int) -> None:
    before = signal.getsignal(number)
    with StopRequest() as stop:
        assert not stop.requested
        signal.raise_signal(number)
        assert stop.requested
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before
