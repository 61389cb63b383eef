# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The networks of face_hand_node: those it needs, and those that could be switched on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.networks.loading import load_landmark_model
from openpose_ros.networks.loading import model_directories
from openpose_ros.networks.loading import read_onnx
from openpose_ros.nodes.model_status import UsedModel
from openpose_ros.pose2d.engine import EngineError
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.face_hand import FaceHandEstimator
from openpose_ros.pose2d.face_hand import FaceHandModels
from openpose_ros.pose2d.face_hand import FaceHandParameters
from openpose_ros.pose2d.face_hand import FaceHandSettings
from openpose_ros.pose2d.secondary_models import MODELS_OF_PART
from openpose_ros.pose2d.secondary_models import SecondaryModelParameters
from openpose_ros.region_types import FACE
from openpose_ros.region_types import FEET
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import Regions
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

_SKELETONS = {'face': 'face_70', 'hands': 'hand_21', 'feet': 'body_25'}
# A face network may know the pupils itself, or do without.
_OPTIONAL = ('iris',)
# What is looked at to try the networks: one crop for each, as some take no more at once.
_KINDS = (FACE, LEFT_HAND, FEET)
_BLACK_SIZE = (64, 64)


class SecondaryNetworks:
    """
    Loads the networks of all parts, so that each can be switched on at once.

    :param names: Names of the models.
    :param switches: What is looked for from the start; the model of another part may be missing
        or wrong.
    :param engine: Provider and its options.
    :raises ValueError: If a network that is needed is missing or wrong; names the parameter, its
        value and the choices, and the switch. If the provider is wrong.
    """

    def __init__(
        self,
        names: SecondaryModelParameters,
        switches: FaceHandParameters,
        engine: EngineParameters,
    ) -> None:
        self.missing: dict[str, str] = {}
        found: dict[str, LandmarkModel] = {}
        for part in MODELS_OF_PART:
            try:
                found |= _load_part(part, names)
            except ValueError as error:
                self._leave_out(part, switches, error)
        self._sha256 = {model.name: model.sha256 for model in found.values()}
        self.estimator = self._build(found, names, switches, engine)

    @property
    def _parts(self) -> list[str]:
        return [part for part in MODELS_OF_PART if part not in self.missing]

    @property
    def skeletons(self) -> tuple[Skeleton, ...]:
        """The skeletons of what can be looked for."""
        return tuple(get_skeleton(_SKELETONS[part]) for part in self._parts)

    def used(self) -> list[UsedModel]:
        """Return the models and where they run, for the diagnostics."""
        return [
            UsedModel(name, self._sha256[name], engine.provider, engine.wanted)
            for name, engine in self.estimator.engines.items()
        ]

    def describe(self) -> str:
        """Return the same as a line for the log."""
        used = self.used()
        models = ', '.join(model.name for model in used)
        providers = ', '.join(sorted({model.provider for model in used}))
        return f"models '{models}' on '{providers}'"

    def warnings(self) -> list[str]:
        """Return a line for each part that cannot be switched on and each fallen-back network."""
        lines = [
            f"'face_hand.{part}' cannot be switched on: {text}"
            for part, text in self.missing.items()
        ]
        return lines + [model.fall_back() for model in self.used() if model.fall_back()]

    def refusal(self, name: str, value: object) -> str:
        """
        Return why a parameter cannot take a value, an empty text if it can.

        :param name: Name of the parameter.
        :param value: What it is to become.
        """
        why = self.missing.get(name.removeprefix('face_hand.'), '')
        return f"'{name}' cannot become true: {why}" if why and value else ''

    def _build(
        self,
        found: dict[str, LandmarkModel],
        names: SecondaryModelParameters,
        switches: FaceHandParameters,
        engine: EngineParameters,
    ) -> FaceHandEstimator:
        """Return all that can be built; if something cannot, each model is tried, to name it."""
        try:
            return _tried(found, engine)
        except ValueError:
            for part in self._parts:
                try:
                    _try_part(part, names, found, engine)
                except ValueError as error:
                    if _is_of_provider(error):
                        raise
                    self._leave_out(part, switches, error)
        usable = [field for part in self._parts for field in MODELS_OF_PART[part]]
        return _tried({field: found[field] for field in usable if field in found}, engine)

    def _leave_out(self, part: str, switches: FaceHandParameters, error: ValueError) -> None:
        if getattr(switches, part):
            raise ValueError(f"{error}; needed because 'face_hand.{part}' is true") from error
        self.missing[part] = str(error)


def _load_part(part: str, names: SecondaryModelParameters) -> dict[str, LandmarkModel]:
    """Return the models of a part, their files read; ValueError names the parameter."""
    found: dict[str, LandmarkModel] = {}
    for field in MODELS_OF_PART[part]:
        name = getattr(names, field)
        if not name and field in _OPTIONAL:
            continue
        try:
            if not name:
                raise ValueError('it is empty')
            found[field] = load_landmark_model(name)
            read_onnx(found[field])
        except ValueError as error:
            raise _named(part, field, name, error) from error
    return found


def _try_part(
    part: str,
    names: SecondaryModelParameters,
    found: dict[str, LandmarkModel],
    engine: EngineParameters,
) -> None:
    """Build the networks of a part, one more at a time; ValueError names the parameter."""
    models: dict[str, LandmarkModel] = {}
    for field in (field for field in MODELS_OF_PART[part] if field in found):
        models[field] = found[field]
        try:
            _tried(models, engine)
        except ValueError as error:
            if _is_of_provider(error):
                raise
            raise _named(part, field, getattr(names, field), error) from error


def _tried(models: dict[str, LandmarkModel], engine: EngineParameters) -> FaceHandEstimator:
    """
    Return the networks after a look at a black image; the first look takes longest, too.

    :raises ValueError: If a network cannot be built, or answers otherwise than its metadata say.
    """
    estimator = FaceHandEstimator(FaceHandModels(**models), engine)
    body = get_skeleton('coco_18')
    people = People2D.from_body(
        body.name, Keypoints2D.missing(1, len(body.parts)), np.ones(1, np.float32), _BLACK_SIZE
    )
    black = np.zeros((*reversed(_BLACK_SIZE), 3), np.uint8)
    count = len(_KINDS)
    numbers = np.ones(count, np.float32)
    middles = np.full((count, 2), 0.5 * _BLACK_SIZE[0], np.float32)
    regions = Regions(
        np.array(_KINDS), np.zeros(count, np.int64), middles, 30 * numbers, 0 * numbers,
        numbers,
    )
    settings = FaceHandSettings(FaceHandParameters(face=True, hands=True, feet=True))
    try:
        estimator.estimate(black, people, body, settings, regions=regions)
    except EngineError as error:
        raise ValueError(str(error)) from error
    return estimator


def _is_of_provider(error: ValueError) -> bool:
    """Return whether something is wrong with the provider, and so with every model."""
    return "'inference." in str(error)


def _named(part: str, field: str, name: str, error: ValueError) -> ValueError:
    choices = ', '.join([*_models_with(_SKELETONS[part]), *(['nothing'] * (field in _OPTIONAL))])
    return ValueError(
        f"parameter 'model.{field}' is '{name}': {error}; expected one of {choices}, or the path "
        'of a YAML file'
    )


def _models_with(skeleton: str) -> list[str]:
    """Return the names of the models there are for a skeleton."""
    return sorted(
        {
            path.stem
            for directory in model_directories()
            for path in directory.glob('*.yaml') if _skeleton_of(path) == skeleton
        }
    )


def _skeleton_of(path: Path) -> str:
    try:
        return load_landmark_model(str(path)).skeleton.name
    except ValueError:
        return ''  # a model of bodies
