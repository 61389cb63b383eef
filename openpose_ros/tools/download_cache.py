# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Files that are downloaded once, verified, and kept for the next time."""

from __future__ import annotations

from collections.abc import Callable
import hashlib
import os
from pathlib import Path


def cached_file(name: str, sha256: str, fetch: Callable[[], bytes]) -> Path:
    """
    Return a file of the cache, which is fetched if it is not there or damaged.

    :param name: Its name in the cache, ``openpose_ros`` in the user's folder for caches.
    :param sha256: Of its content.
    :param fetch: Returns its content, from somewhere else.
    :raises ValueError: If what was fetched is another file; nothing is kept then.
    """
    folder = Path(os.environ.get('XDG_CACHE_HOME') or '~/.cache').expanduser() / 'openpose_ros'
    path = folder / name
    if path.is_file() and _sha256(path.read_bytes()) == sha256:
        return path
    data = fetch()
    if _sha256(data) != sha256:
        raise ValueError(f'{name} has sha256 {_sha256(data)}, expected {sha256}')
    folder.mkdir(parents=True, exist_ok=True)
    # Of two at the same time each writes its own file; whoever is last replaces the other's.
    partial = path.with_name(f'{name}.{os.getpid()}.partial')
    partial.write_bytes(data)
    partial.replace(path)
    return path


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
