# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""ROS packages without wheels: the real ones where they are, else their stand-ins."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from importlib.util import module_from_spec
from importlib.util import spec_from_file_location
from pathlib import Path
import sys
from typing import Any

import pytest

DOUBLES = Path(__file__).parent / 'ros_doubles'


def is_installed(name: str) -> bool:
    return find_spec(name) is not None


def import_or_stand_in(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a module; a stand-in is gone again after the test."""
    if is_installed(name):
        return import_module(name)
    spec = spec_from_file_location(name, DOUBLES / f'{name}.py')
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, name, module)
    return module
