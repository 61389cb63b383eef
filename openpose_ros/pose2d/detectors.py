# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Models to what finds faces, hands and feet with them: chosen by the metadata."""

from __future__ import annotations

from collections.abc import Callable

from openpose_ros.networks.landmark_metadata import HEATMAPS
from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.networks.loading import read_onnx
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.engine import OnnxEngine
from openpose_ros.pose2d.face_points import FacePoints
from openpose_ros.pose2d.landmarks import Infer
from openpose_ros.pose2d.landmarks import LandmarkDetector
from openpose_ros.pose2d.part_maps import PartMaps
from openpose_ros.pose2d.point_networks import FootPoints
from openpose_ros.pose2d.point_networks import HandPoints
from openpose_ros.pose2d.point_networks import PointNetwork

# Gives the function that runs a model's network.
InferOf = Callable[[LandmarkModel], Infer]


def face_detector(
    model: LandmarkModel, infer_of: InferOf, iris: LandmarkModel | None = None
) -> LandmarkDetector:
    """
    Return what finds the keypoints of faces.

    :param model: Finds the parts of ``face_70``.
    :param infer_of: Gives the function that runs a network.
    :param iris: Finds the pupils of one eye, for a model that gives points; not used else.
    :raises ValueError: If a model is of another skeleton or another kind.
    """
    _require_skeleton(model, 'face_70')
    if model.kind == HEATMAPS:
        return PartMaps(model, infer_of(model))
    if iris is None:
        return FacePoints(PointNetwork(model, infer_of(model)))
    _require_skeleton(iris, 'face_70')
    _require_points(iris)
    return FacePoints(PointNetwork(model, infer_of(model)), PointNetwork(iris, infer_of(iris)))


def hand_detector(model: LandmarkModel, infer_of: InferOf) -> LandmarkDetector:
    """
    Return what finds the keypoints of hands.

    :param model: Finds the parts of ``hand_21``.
    :param infer_of: Gives the function that runs a network.
    :raises ValueError: If the model is of another skeleton.
    """
    _require_skeleton(model, 'hand_21')
    if model.kind == HEATMAPS:
        return PartMaps(model, infer_of(model))
    return HandPoints(PointNetwork(model, infer_of(model)))


def foot_detector(model: LandmarkModel, infer_of: InferOf) -> LandmarkDetector:
    """
    Return what finds heels and toes.

    :param model: Finds parts of ``body_25``.
    :param infer_of: Gives the function that runs a network.
    :raises ValueError: If the model is of another skeleton or gives heatmaps.
    """
    _require_skeleton(model, 'body_25')
    _require_points(model)
    return FootPoints(PointNetwork(model, infer_of(model)))


def landmark_engine(model: LandmarkModel, parameters: EngineParameters) -> OnnxEngine:
    """
    Load a network and check that it is what its metadata say.

    :param model: Metadata.
    :param parameters: Provider and its options.
    :raises ValueError: If it cannot be loaded, lacks an output, or takes crops of another size.
    """
    engine = OnnxEngine(read_onnx(model), parameters, name=model.name)
    engine.require_outputs(model.outputs.names())
    size = engine.fixed_size(model.input.layout)
    if size not in (None, (model.size_px, model.size_px)):
        raise ValueError(
            f"model '{model.name}' takes crops of {size[0]} x {size[1]}, "
            f'expected {model.size_px} x {model.size_px}'
        )
    return engine


def _require_skeleton(model: LandmarkModel, name: str) -> None:
    if model.skeleton.name != name:
        raise ValueError(
            f"model '{model.name}' has skeleton '{model.skeleton.name}', expected '{name}'"
        )


def _require_points(model: LandmarkModel) -> None:
    if model.kind == HEATMAPS:
        raise ValueError(f"model '{model.name}' gives heatmaps, expected a regressor")
