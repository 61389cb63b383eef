# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The networks of face_hand_node: those it needs, and those that could be switched on."""

from __future__ import annotations

from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.face_hand import FaceHandEstimator
from openpose_ros.pose2d.face_hand import FaceHandParameters
from openpose_ros.pose2d.secondary_models import load_secondary_models
from openpose_ros.pose2d.secondary_models import MODELS_OF_PART
from openpose_ros.pose2d.secondary_models import SecondaryModelParameters
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton

_SKELETONS = {'face': 'face_70', 'hands': 'hand_21', 'feet': 'body_25'}


class SecondaryNetworks:
    """
    Loads the networks of all parts, so that each can be switched on at once.

    :param names: Names of the models.
    :param switches: What is looked for from the start; the model of another part may be missing.
    :param engine: Provider and its options.
    :raises ValueError: If a network is missing or wrong; names it and the switch.
    """

    def __init__(
        self,
        names: SecondaryModelParameters,
        switches: FaceHandParameters,
        engine: EngineParameters,
    ) -> None:
        self.missing: dict[str, str] = {}
        for part in MODELS_OF_PART:
            try:
                load_secondary_models(names, (part,))
            except ValueError as error:
                if getattr(switches, part):
                    raise ValueError(f"{error} (for 'face_hand.{part}')") from error
                self.missing[part] = str(error)
        self._parts = [part for part in MODELS_OF_PART if part not in self.missing]
        self._wanted = engine
        self.models = load_secondary_models(names, self._parts)
        self.estimator = FaceHandEstimator(self.models, engine)

    @property
    def skeletons(self) -> tuple[Skeleton, ...]:
        """The skeletons of what can be looked for."""
        return tuple(get_skeleton(_SKELETONS[part]) for part in self._parts)

    def facts(self) -> dict[str, str]:
        """Return the models and where they run, for the diagnostics."""
        engines = self.estimator.engines
        return {
            'models': ', '.join(engines),
            'provider': ', '.join(sorted({engine.provider for engine in engines.values()})),
        }

    def describe(self) -> str:
        """Return the same as a line for the log."""
        facts = self.facts()
        return f"models '{facts['models']}' on '{facts['provider']}'"

    def warnings(self) -> list[str]:
        """Return a line for each part that cannot be switched on and each fallen-back network."""
        lines = [
            f"'face_hand.{part}' cannot be switched on: {text}"
            for part, text in self.missing.items()
        ]
        for name, engine in self.estimator.engines.items():
            if engine.provider != engine.wanted:
                lines.append(
                    f"model '{name}': provider '{engine.wanted}' was asked for, "
                    f"'{engine.provider}' is used"
                )
        return lines
