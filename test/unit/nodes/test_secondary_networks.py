# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Models that are right, wrong or missing, for parts that are switched on or off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_hands import single_hand_network
from tiny_hands import write_hand_model

from openpose_ros.nodes.secondary_networks import SecondaryNetworks
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.face_hand import FaceHandParameters
from openpose_ros.pose2d.secondary_models import SecondaryModelParameters

CPU = EngineParameters(providers='cpu')
ALL_MODELS = ['face_mediapipe_468', 'iris_mediapipe', 'hand_mediapipe_full', 'feet_mediapipe_full']
PART_OF = {'face': 'face', 'iris': 'face', 'hand': 'hands', 'feet': 'feet'}

# Field, its value, and words of what is said of it.
WRONG = [
    ('face', 'nope', ["unknown model 'nope'", 'one of face_mediapipe_468']),
    ('face', '', ['it is empty']),
    ('face', 'hand_mediapipe_full', ["'hand_21', expected 'face_70'"]),
    ('face', 'body_mobilenet_thin', ["key 'kind' is missing"]),
    ('iris', 'hand_mediapipe_full', ["'hand_21', expected 'face_70'", 'nothing']),
    ('iris', 'gone.yaml', ['gone.yaml does not exist']),
    ('hand', 'face_mediapipe_468', ["'face_70', expected 'hand_21'", 'hand_mediapipe_full']),
    ('feet', 'hand_mediapipe_full', ["'hand_21', expected 'body_25'", 'feet_mediapipe_full']),
]


def networks(models: dict[str, str], **switches: Any) -> SecondaryNetworks:
    on = FaceHandParameters(**{'feet': True, **switches})
    return SecondaryNetworks(SecondaryModelParameters(**models), on, CPU)


def test_networks_of_the_defaults_are_all_there_whatever_is_on() -> None:
    for switches in ({}, {'face': False, 'hands': False, 'feet': False}):
        found = networks({}, **switches)
        assert found.missing == {}
        assert [model.name for model in found.used()] == list(ALL_MODELS)
        assert {(model.provider, model.wanted) for model in found.used()} == {('cpu', 'cpu')}
        assert [skeleton.name for skeleton in found.skeletons] == ['face_70', 'hand_21', 'body_25']


@pytest.mark.parametrize(('field', 'value', 'words'), WRONG)
def test_wrong_model_of_what_is_on_is_refused(field: str, value: str, words: list[str]) -> None:
    with pytest.raises(ValueError, match=f"parameter 'model.{field}' is '{value}'") as caught:
        networks({field: value})
    for word in [*words, f"'face_hand.{PART_OF[field]}' is true", 'path of a YAML file']:
        assert word in str(caught.value)


@pytest.mark.parametrize(('field', 'value', 'words'), WRONG)
def test_wrong_model_of_what_is_off_leaves_that_part_out(
    field: str, value: str, words: list[str]
) -> None:
    part = PART_OF[field]
    found = networks({field: value}, **{part: False})
    assert list(found.missing) == [part]
    for word in [f"parameter 'model.{field}' is '{value}'", *words]:
        assert word in found.missing[part]
    (warning,) = found.warnings()
    assert warning.startswith(f"'face_hand.{part}' cannot be switched on: ")
    others = [name for name in ALL_MODELS if PART_OF[name.split('_')[0]] != part]
    assert list(found.estimator.engines) == others
    assert len(found.skeletons) == 2


def test_all_models_wrong_and_all_off_leaves_nothing() -> None:
    models = {'face': 'nope', 'hand': 'face_mediapipe_468', 'feet': ''}
    found = networks(models, face=False, hands=False, feet=False)
    assert set(found.missing) == {'face', 'hands', 'feet'}
    assert found.skeletons == ()


@pytest.mark.parametrize(
    ('points', 'kept', 'words'),
    [
        (21, None, ''),
        # answers with another number of points than the metadata say
        (20, None, 'expected 1 rows of 21 x 3 numbers'),
        (21, 100, 'truncated'),
    ],
)
def test_own_model_is_tried_before_it_is_needed(
    tmp_path: Path, points: int, kept: int | None, words: str
) -> None:
    path = write_hand_model(tmp_path, single_hand_network(points), kept)
    found = networks({'hand': str(path)}, hands=False)
    assert words in found.missing.get('hands', '')
    assert bool(found.missing) == bool(words)
    if words:
        with pytest.raises(ValueError, match="'model.hand'"):
            networks({'hand': str(path)})


@pytest.mark.parametrize('on', [True, False])
def test_wrong_provider_is_not_taken_for_a_wrong_model(on: bool) -> None:
    switches = FaceHandParameters(face=on, hands=on, feet=on)
    with pytest.raises(ValueError, match="^parameter 'inference.providers' names 'gpux'"):
        SecondaryNetworks(SecondaryModelParameters(), switches, EngineParameters('gpux'))
