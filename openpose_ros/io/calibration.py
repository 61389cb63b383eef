# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Camera calibration files as camera_calibration and camera_info_manager write them."""

from __future__ import annotations

from pathlib import Path

import yaml

from openpose_ros.camera_types import calibration_from_mapping
from openpose_ros.camera_types import CameraCalibration


def read_calibration(path: str | Path) -> CameraCalibration:
    """
    Read a calibration file.

    :param path: YAML file of camera_info_manager; ``file://`` may precede it.
    :raises ValueError: If the file is missing, no YAML, or lacks something; names file and key.
    """
    file = Path(str(path).removeprefix('file://')).expanduser()
    try:
        return calibration_from_mapping(yaml.safe_load(file.read_text(encoding='utf-8')))
    except OSError as error:
        raise ValueError(f"calibration '{file}' cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"calibration '{file}' is no YAML: {error}") from error
    except ValueError as error:
        raise ValueError(f"calibration '{file}': {error}") from error
