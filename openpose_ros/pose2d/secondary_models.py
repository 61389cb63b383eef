# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The names of the networks for faces, hands and feet, and what they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.networks.loading import load_landmark_model
from openpose_ros.networks.loading import read_onnx
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose2d.face_hand import FaceHandModels

# What can be looked for: the switches of FaceHandParameters, and the models each needs.
MODELS_OF_PART = {'face': ('face', 'iris'), 'hands': ('hand',), 'feet': ('feet',)}
# A face network may know the pupils itself, or do without.
_OPTIONAL = ('iris',)


@dataclass(frozen=True)
class SecondaryModelParameters(ParameterGroup):
    """Which networks are used."""

    group: ClassVar[str] = 'model'

    face: str = param(
        'face_mediapipe_468', 'Model for faces: a name in models/, or path of a YAML file.'
    )
    iris: str = param(
        'iris_mediapipe', 'Model for the pupils, likewise; empty: the pupils stay missing.'
    )
    hand: str = param('hand_mediapipe_full', 'Model for hands, likewise.')
    feet: str = param('feet_mediapipe_full', 'Model for heels and big toes, likewise.')


def load_secondary_models(
    names: SecondaryModelParameters, parts: Iterable[str]
) -> FaceHandModels:
    """
    Return the models for what is looked for; their ONNX files have been read and checked.

    :param names: Names of the models.
    :param parts: Some of ``face``, ``hands`` and ``feet``.
    :raises ValueError: If a model is missing or wrong; names it.
    """
    found: dict[str, LandmarkModel] = {}
    for part in parts:
        for field in MODELS_OF_PART[part]:
            name = getattr(names, field)
            if name:
                found[field] = load_landmark_model(name)
                read_onnx(found[field])
            elif field not in _OPTIONAL:
                raise ValueError(f"parameter 'model.{field}' is empty, expected a model")
    return FaceHandModels(**found)
