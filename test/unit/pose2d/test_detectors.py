# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import replace
import hashlib
from pathlib import Path

from crop_networks import map_model
from crop_networks import point_model
import numpy as np
import pytest
from tiny_networks import constant_network
from tiny_networks import tiny_network

from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.pose2d.detectors import face_detector
from openpose_ros.pose2d.detectors import foot_detector
from openpose_ros.pose2d.detectors import hand_detector
from openpose_ros.pose2d.detectors import landmark_engine
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.face_points import FacePoints
from openpose_ros.pose2d.landmarks import Infer
from openpose_ros.pose2d.part_maps import PartMaps
from openpose_ros.pose2d.point_networks import FootPoints
from openpose_ros.pose2d.point_networks import HandPoints

FACE = point_model('face_70', {'jaw_9': 0})
HAND = point_model('hand_21', {'wrist': 0})
FEET = point_model('body_25', {'left_heel': 0})


def no_network(model: LandmarkModel) -> Infer:
    return lambda crops: ()


def test_detectors_are_chosen_by_the_kind_of_network() -> None:
    assert isinstance(face_detector(FACE, no_network), FacePoints)
    assert isinstance(face_detector(map_model('face_70'), no_network), PartMaps)
    assert isinstance(hand_detector(HAND, no_network), HandPoints)
    assert isinstance(hand_detector(map_model('hand_21'), no_network), PartMaps)
    assert isinstance(foot_detector(FEET, no_network), FootPoints)


def test_detectors_say_how_they_want_the_regions() -> None:
    assert face_detector(FACE, no_network).upright
    assert hand_detector(HAND, no_network).upright
    # OpenPose's own networks see its own boxes
    assert not face_detector(map_model('face_70'), no_network).upright
    assert not hand_detector(map_model('hand_21'), no_network).upright


def test_face_detector_with_pupils_loads_both_networks() -> None:
    loaded: list[str] = []

    def infer_of(model: LandmarkModel) -> Infer:
        loaded.append(model.name)
        return no_network(model)

    iris = point_model('face_70', {'left_pupil': 0}, score='')
    detector = face_detector(FACE, infer_of, iris)
    assert isinstance(detector, FacePoints)
    assert detector.iris is not None
    assert len(loaded) == 2
    # a network with heatmaps of all 70 parts needs none
    assert isinstance(face_detector(map_model('face_70'), infer_of, iris), PartMaps)
    assert len(loaded) == 3


@pytest.mark.parametrize(
    ('make', 'message'),
    [
        (lambda: face_detector(HAND, no_network), "has skeleton 'hand_21', expected 'face_70'"),
        (lambda: hand_detector(FACE, no_network), "has skeleton 'face_70', expected 'hand_21'"),
        (lambda: foot_detector(HAND, no_network), "has skeleton 'hand_21', expected 'body_25'"),
        (lambda: face_detector(FACE, no_network, HAND), "'hand_21', expected 'face_70'"),
        (lambda: foot_detector(map_model('body_25'), no_network), 'expected a regressor'),
        (lambda: face_detector(FACE, no_network, map_model('face_70')), 'expected a regressor'),
    ],
)
def test_model_for_something_else_is_refused(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=f"model '(colours|light)'.*{message}"):
        make()  # type: ignore[operator]


# ---- landmark_engine


def stored(model: LandmarkModel, network: bytes, folder: Path) -> LandmarkModel:
    path = folder / 'network.onnx'
    path.write_bytes(network)
    digest = hashlib.sha256(network).hexdigest()
    return replace(model, onnx_path=path, sha256=digest)


CPU = EngineParameters(providers='cpu')


def test_landmark_engine_loads_what_fits(tmp_path: Path) -> None:
    model = stored(map_model('hand_21'), constant_network(np.zeros((1, 22, 8, 8))), tmp_path)
    engine = landmark_engine(model, CPU)
    (maps,) = engine.run(np.zeros((1, 3, 64, 64), np.float32), model.outputs.names())
    assert maps.shape == (1, 22, 8, 8)


def test_landmark_engine_refuses_a_network_without_an_output(tmp_path: Path) -> None:
    network = constant_network(np.zeros((1, 22, 8, 8)), name='other')
    model = stored(map_model('hand_21'), network, tmp_path)
    with pytest.raises(ValueError, match="'light' has no output 'maps', its outputs: other"):
        landmark_engine(model, CPU)


def test_landmark_engine_refuses_crops_of_another_size(tmp_path: Path) -> None:
    model = stored(map_model('hand_21'), tiny_network({'maps': 22}, size=(64, 96)), tmp_path)
    with pytest.raises(ValueError, match="'light' takes crops of 96 x 64, expected 64 x 64"):
        landmark_engine(model, CPU)


def test_landmark_engine_refuses_another_file(tmp_path: Path) -> None:
    model = stored(map_model('hand_21'), constant_network(np.zeros((1, 22, 8, 8))), tmp_path)
    model.onnx_path.write_bytes(b'something else')
    with pytest.raises(ValueError, match='truncated or another file'):
        landmark_engine(model, CPU)
