# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
The yardstick of pose_node: a node that receives the same images and runs the network only.

It takes the images as pose_node does, but runs the network on one fixed input over and over, and
publishes an empty PoseArray for each run, so that both can be counted in the same way.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

import numpy as np

from openpose_ros.msg import PoseArray
from openpose_ros.networks.loading import load_model
from openpose_ros.nodes.image_input import ImageInput
from openpose_ros.nodes.image_input import ImageParameters
from openpose_ros.nodes.managed_node import ManagedNode
from openpose_ros.nodes.managed_node import run_managed_node
from openpose_ros.nodes.pose_parameters import GROUPS
from openpose_ros.nodes.pose_parameters import ModelParameters
from openpose_ros.nodes.qos import result_qos
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.pose2d.preprocess import InputParameters

NAME = 'bare_session'
IMAGE_SHAPE = (720, 1280, 3)


class BareSession(ManagedNode):
    """Runs the network without pause while it is active."""

    def __init__(self) -> None:
        super().__init__(NAME, GROUPS)
        self._estimator: PoseEstimator | None = None
        self._publisher: Any = None
        self._images: ImageInput | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def configure(self) -> None:
        """Load the network."""
        model = load_model(self.parameters.get(ModelParameters).name)
        self._estimator = PoseEstimator(model, self.parameters.get(EngineParameters))
        self._publisher = self.create_lifecycle_publisher(PoseArray, 'keypoints', result_qos())

    def activate(self) -> None:
        """Receive images and run."""
        images = self.parameters.get(ImageParameters)
        self._images = ImageInput(self, images, lambda message: None)
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name='bare_session', daemon=True)
        self._thread.start()

    def deactivate(self) -> None:
        """Stop both."""
        if self._images is not None:
            self._images.close()
            self._images = None
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def cleanup(self) -> None:
        """Forget the network."""
        if self._publisher is not None:
            self.destroy_lifecycle_publisher(self._publisher)
        self._publisher = self._estimator = None

    def _run(self) -> None:
        if self._estimator is None:
            raise RuntimeError(f'{NAME} is used before it is configured')
        size = self.parameters.get(InputParameters)
        (network_input,) = self._estimator.prepare(np.zeros(IMAGE_SHAPE, np.uint8), size)
        message = PoseArray()
        while not self._stop.is_set():
            self._estimator.infer((network_input,))
            self._publisher.publish(message)


def main(args: list[str] | None = None) -> int:
    """
    Run the yardstick.

    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    return run_managed_node(NAME, BareSession, args)


if __name__ == '__main__':
    sys.exit(main())
