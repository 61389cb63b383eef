# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Finds models by name, reads their metadata and their verified ONNX bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
import sys

from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.networks.landmark_metadata import read_landmark_metadata
from openpose_ros.networks.metadata import PafModel
from openpose_ros.networks.metadata import read_metadata

SHARE = Path('share') / 'openpose_ros'
SUFFIXES = ('.yaml', '.yml')
INSTALLED_PARENTS = ('site-packages', 'dist-packages')


def share_directories(folder: str) -> tuple[Path, ...]:
    """
    Return where a folder of the package's data may be, first match first.

    That is the source tree, if the package runs from one, then ``share/openpose_ros`` of each
    prefix in ``AMENT_PREFIX_PATH`` and of ``sys.prefix``.

    :param folder: Name of the folder, for example ``models`` or ``config``.
    """
    directories = []
    root = Path(__file__).resolve().parents[2]
    # Beside an installed package, a directory of that name would be somebody else's.
    if root.name not in INSTALLED_PARENTS and (root / folder).is_dir():
        directories.append(root / folder)
    prefixes = os.environ.get('AMENT_PREFIX_PATH', '').split(os.pathsep)
    directories += [Path(prefix) / SHARE / folder for prefix in (*prefixes, sys.prefix) if prefix]
    return tuple(dict.fromkeys(directories))


def model_directories() -> tuple[Path, ...]:
    """Return the directories that are searched for a model name, first match first."""
    return share_directories('models')


def find_model(name_or_path: str) -> Path:
    """
    Return the metadata file of a model.

    :param name_or_path: A bare name is searched in :func:`model_directories`; what ends in
        ``.yaml`` or ``.yml`` or contains a separator is a path.
    :raises ValueError: If there is none; names what there is and where it was sought.
    """
    if name_or_path.endswith(SUFFIXES) or '/' in name_or_path or os.sep in name_or_path:
        return _existing_file(Path(name_or_path).expanduser())
    directories = model_directories()
    for directory in directories:
        path = directory / f'{name_or_path}.yaml'
        if path.is_file():
            return path
    raise ValueError(
        f"unknown model '{name_or_path}', expected one of {_available(directories)}, or the path "
        f'of a YAML file; searched {", ".join(str(directory) for directory in directories)}'
    )


def load_model(name_or_path: str) -> PafModel:
    """
    Return the metadata of a model that gives heatmaps and PAFs.

    :param name_or_path: As for :func:`find_model`.
    :raises ValueError: If there is no such model or its metadata are wrong.
    """
    return read_metadata(find_model(name_or_path))


def load_landmark_model(name_or_path: str) -> LandmarkModel:
    """
    Return the metadata of a model that finds the points of faces, hands or feet in crops.

    :param name_or_path: As for :func:`find_model`.
    :raises ValueError: If there is no such model or its metadata are wrong.
    """
    return read_landmark_metadata(find_model(name_or_path))


def read_onnx(model: PafModel | LandmarkModel) -> bytes:
    """
    Return the model's ONNX file after checking that it is the one its metadata speak of.

    :param model: Metadata of the model.
    :raises ValueError: If the file is missing, empty, truncated or another one.
    """
    path = model.onnx_path
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(
            f"model '{model.name}': {path} cannot be read: {error.strerror}"
        ) from error
    if not data:
        raise ValueError(f"model '{model.name}': {path} is empty, expected an ONNX file")
    found = hashlib.sha256(data).hexdigest()
    if found != model.sha256:
        raise ValueError(
            f"model '{model.name}': {path} is truncated or another file: its {len(data)} bytes "
            f'have sha256 {found}, expected {model.sha256}'
        )
    return data


def _existing_file(path: Path) -> Path:
    if not path.is_file():
        found = 'is a directory' if path.is_dir() else 'does not exist'
        raise ValueError(f'model file {path} {found}, expected a YAML file')
    return path


def _available(directories: tuple[Path, ...]) -> str:
    names = {path.stem for directory in directories for path in directory.glob('*.yaml')}
    return ', '.join(sorted(names)) or 'none (no model is installed)'
