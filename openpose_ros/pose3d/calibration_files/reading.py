# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Finds out what format a calibration is in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
import re

from openpose_ros.pose3d.calibration_files.anipose_toml import cameras_from_toml
from openpose_ros.pose3d.calibration_files.opencv_storage import camera_from_opencv
from openpose_ros.pose3d.calibration_files.qualisys import cameras_from_qualisys
from openpose_ros.pose3d.calibration_files.rig_yaml import cameras_from_yaml
from openpose_ros.pose3d.calibration_files.rig_yaml import cameras_to_yaml
from openpose_ros.pose3d.cameras import Camera

_XML_ROOT = re.compile(r'(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>|\s)*<\s*([\w:.-]+)', re.DOTALL)


def read_cameras(
    path: str | Path, *, image_size: tuple[int, int] | None = None
) -> dict[str, Camera]:
    """
    Read the cameras of a rig.

    Our YAML, Pose2Sim's or anipose's TOML, Qualisys' ``.qca.txt``, or OpenPose's XML, of which a
    file is a camera and a folder the rig. But for TOML the content decides, not the suffix.

    :param path: File or folder; ``file://`` may precede it.
    :param image_size: Width and height in pixels, for OpenPose's files, which do not say.
    :return: Cameras by name, in the order of the file, or of the names in a folder.
    :raises ValueError: If it cannot be read or something is wrong; names file, camera and key.
    """
    place = Path(str(path).removeprefix('file://')).expanduser()
    if not place.is_dir():
        return _read_file(place, image_size)
    files = sorted(place.glob('*.xml'))
    if not files:
        raise ValueError(f"calibration '{place}': no .xml in this folder, expected one per camera")
    return {file.stem: _read_file(file, image_size)[file.stem] for file in files}


def write_cameras(path: str | Path, cameras: Mapping[str, Camera]) -> None:
    """
    Write our YAML.

    :param path: File; what is there is replaced.
    :param cameras: Cameras by name.
    """
    Path(path).write_text(cameras_to_yaml(cameras.values()), encoding='utf-8')


def _read_file(file: Path, image_size: tuple[int, int] | None) -> dict[str, Camera]:
    try:
        return _cameras_of(file, file.read_text(encoding='utf-8-sig'), image_size)
    except OSError as error:
        raise ValueError(f"calibration '{file}' cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"calibration '{file}' is no text: {error}") from error
    except ValueError as error:
        raise ValueError(f"calibration '{file}': {error}") from error


def _cameras_of(file: Path, text: str, image_size: tuple[int, int] | None) -> dict[str, Camera]:
    root = _XML_ROOT.match(text)
    if root is None and file.suffix == '.toml':
        return cameras_from_toml(text)
    if text.startswith('%YAML:') or (root is not None and root[1] == 'opencv_storage'):
        return {file.stem: camera_from_opencv(text, file.stem, image_size)}
    if root is None:
        return cameras_from_yaml(text)
    if root[1] == 'calibration':
        return cameras_from_qualisys(text)
    raise ValueError(
        f'XML that begins with {root[1]!r}, expected calibration (Qualisys) or opencv_storage '
        '(OpenPose)'
    )
