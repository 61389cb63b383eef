# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Rig files: which cameras see the same place, where their images come from."""

from __future__ import annotations

from dataclasses import dataclass
import math
from pathlib import Path
import re
from typing import Any

import yaml

# What may stand in a topic name.
_NAME = re.compile(r'[A-Za-z][A-Za-z0-9_]*')
_RIG_KEYS = ('calibration', 'rate_hz', 'cameras')
_CAMERA_KEYS = ('source', 'image')


@dataclass(frozen=True)
class RigCamera:
    """
    One camera of a rig.

    :param name: Its name in the calibration and in topic names.
    :param image: Image topic.
    :param source: Video, camera number or URL to publish there; empty: somebody else does.
    """

    name: str
    image: str
    source: str


@dataclass(frozen=True)
class Rig:
    """
    The cameras that see the same place.

    :param cameras: The cameras, at least two.
    :param calibration: Their calibration file.
    :param rate_hz: View sets per second, 0 for every frame.
    """

    cameras: tuple[RigCamera, ...]
    calibration: Path
    rate_hz: float


def read_rig(path: str | Path) -> Rig:
    """
    Read a rig file.

    :param path: YAML file such as ``config/cameras/rig.yaml``. The calibration and the files among
        the sources are meant relative to its folder.
    :raises ValueError: If it cannot be read or something is wrong; names the file and the key.
    """
    file = Path(path).expanduser()
    try:
        content = yaml.safe_load(file.read_text(encoding='utf-8'))
        return _rig(content, file.parent)
    except OSError as error:
        raise ValueError(f"rig '{file}' cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"rig '{file}' is no YAML: {error}") from error
    except ValueError as error:
        raise ValueError(f"rig '{file}': {error}") from error


def _rig(content: Any, folder: Path) -> Rig:
    content = _mapping('the file', content, _RIG_KEYS)
    calibration = content.get('calibration')
    if not isinstance(calibration, str) or not calibration:
        raise ValueError(f"'calibration' is {calibration!r}, expected the path of a file")
    rate_hz = content.get('rate_hz', 0.0)
    if isinstance(rate_hz, bool) or not isinstance(rate_hz, (int, float)) or not (
        math.isfinite(rate_hz) and rate_hz >= 0
    ):
        raise ValueError(f"'rate_hz' is {rate_hz!r}, expected a number from 0 on")
    cameras = content.get('cameras')
    if not isinstance(cameras, dict) or len(cameras) < 2:
        raise ValueError(f"'cameras' is {cameras!r}, expected at least two names of cameras")
    listed = tuple(_camera(name, camera, folder) for name, camera in cameras.items())
    _require_own_images(listed)
    return Rig(
        listed,
        folder / Path(calibration).expanduser(),
        float(rate_hz),
    )


def _camera(name: Any, content: Any, folder: Path) -> RigCamera:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(
            f"'cameras' has a camera {name!r}, expected a name of letters, digits and _"
        )
    content = _mapping(f"'cameras.{name}'", {} if content is None else content, _CAMERA_KEYS)
    image = content.get('image', f'/{name}/image_raw')
    if not isinstance(image, str) or not image.startswith('/'):
        raise ValueError(
            f"'cameras.{name}.image' is {image!r}, expected a topic from the root, /..."
        )
    source = content.get('source', '')
    if isinstance(source, bool) or not isinstance(source, (str, int)):
        raise ValueError(
            f"'cameras.{name}.source' is {source!r}, expected a video, camera number or URL"
        )
    return RigCamera(name, image, _beside(str(source), folder))


def _require_own_images(cameras: tuple[RigCamera, ...]) -> None:
    """Complain about two cameras with the same images: points made of them are anywhere."""
    names: dict[str, str] = {}
    for camera in cameras:
        other = names.setdefault(camera.image, camera.name)
        if other != camera.name:
            raise ValueError(
                f"'cameras.{camera.name}.image' is '{camera.image}' as for '{other}', expected a "
                'topic of its own'
            )


def _beside(source: str, folder: Path) -> str:
    """Return a source that is a file beside the rig file with its folder, others as they are."""
    path = folder / source
    return str(path) if source and path.exists() else source


def _mapping(what: str, content: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    expected = ', '.join(keys)
    if not isinstance(content, dict):
        raise ValueError(f'{what} holds {content!r}, expected the keys {expected}')
    for key in content:
        if key not in keys:  # a misspelt key must not be taken for one that is left out
            raise ValueError(f"{what} has a key '{key}', expected only {expected}")
    return content
