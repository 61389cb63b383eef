# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Image to people: the stages of this folder in one object."""

from __future__ import annotations

from dataclasses import dataclass
import time

from openpose_ros.networks.loading import read_onnx
from openpose_ros.networks.metadata import PafModel
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.engine import OnnxEngine
from openpose_ros.pose2d.maps import average_maps
from openpose_ros.pose2d.maps import maps_from_outputs
from openpose_ros.pose2d.maps import output_names
from openpose_ros.pose2d.maps import require_channels
from openpose_ros.pose2d.parser import parse_maps
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.pose2d.preprocess import InputParameters
from openpose_ros.pose2d.preprocess import prepare_input
from openpose_ros.pose2d.preprocess import scales
from openpose_ros.types import Array
from openpose_ros.types import FieldMaps
from openpose_ros.types import NetworkInput
from openpose_ros.types import People2D


@dataclass(frozen=True)
class StageTimes:
    """
    Seconds that the stages of one estimate took.

    :param preprocess_sec: Image to network input.
    :param inference_sec: Network input to maps.
    :param parse_sec: Maps to people.
    """

    preprocess_sec: float
    inference_sec: float
    parse_sec: float


class PoseEstimator:
    """
    Finds the people in an image.

    :param model: Metadata of a PAF network.
    :param engine: Provider and its options.
    :raises ValueError: If the network cannot be loaded or does not fit its metadata.
    """

    def __init__(self, model: PafModel, engine: EngineParameters = EngineParameters()) -> None:
        self.model = model
        self.engine = OnnxEngine(read_onnx(model), engine, name=model.name)
        self._outputs = output_names(model)
        self.engine.require_outputs(self._outputs)
        # What the file says of itself is checked now, for a wrong model would fail on each frame.
        for output in self._outputs:
            channels = self.engine.channels(output, model.input.layout)
            if channels is not None:
                require_channels(channels, output, model)
        self._fixed_size = self.engine.fixed_size(model.input.layout)

    def estimate(
        self,
        image: Array,
        input_parameters: InputParameters = InputParameters(),
        parser: ParserParameters = ParserParameters(),
    ) -> People2D:
        """
        Find the people in an image.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        :param input_parameters: Size of the network input.
        :param parser: Thresholds.
        :return: People in pixels of the image, best first.
        :raises ValueError: If the array is not an image or the maps are not as promised.
        :raises EngineError: If the network fails while it runs.
        """
        return self.estimate_timed(image, input_parameters, parser)[0]

    def estimate_timed(
        self, image: Array, input_parameters: InputParameters, parser: ParserParameters
    ) -> tuple[People2D, StageTimes]:
        """
        Find the people in an image and say how long the stages took.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        :param input_parameters: Size of the network input.
        :param parser: Thresholds.
        :return: People as from :meth:`estimate`, and the times.
        :raises ValueError: As :meth:`estimate`.
        """
        start = time.perf_counter()
        inputs = self.prepare(image, input_parameters)
        prepared = time.perf_counter()
        maps = self.infer(inputs)
        inferred = time.perf_counter()
        people = parse_maps(maps, self.model.skeleton, parser)
        parsed = time.perf_counter()
        return people, StageTimes(prepared - start, inferred - prepared, parsed - inferred)

    def prepare(
        self, image: Array, parameters: InputParameters = InputParameters()
    ) -> tuple[NetworkInput, ...]:
        """
        Return the network inputs of an image, one per scale.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        :param parameters: Size of the network input.
        :raises ValueError: If the array is not an image.
        """
        return tuple(
            prepare_input(
                image, self.model.input, parameters, scale=scale, fixed_size=self._fixed_size
            )
            for scale in scales(parameters)
        )

    def infer(self, inputs: tuple[NetworkInput, ...]) -> FieldMaps:
        """
        Run the network on each input and average the maps.

        :param inputs: Network inputs of one image, the base scale first.
        :raises ValueError: If the maps do not have the shapes that the metadata promise.
        """
        return average_maps(tuple(self._infer_one(network_input) for network_input in inputs))

    def _infer_one(self, network_input: NetworkInput) -> FieldMaps:
        outputs = self.engine.run(network_input.tensor, self._outputs)
        return maps_from_outputs(outputs, self.model, network_input)
