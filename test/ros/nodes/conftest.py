# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes as processes of their own, and a peer to talk to them."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import cv2
from face_hand_upstream import PHOTO
from face_hand_upstream import Upstream
import numpy as np
import pytest
from ros_peers import NodeProcess
from ros_peers import Peer

from openpose_ros.networks.loading import load_model
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.pose2d.face_hand import FaceHandEstimator
from openpose_ros.pose2d.secondary_models import load_secondary_models
from openpose_ros.pose2d.secondary_models import SecondaryModelParameters
from openpose_ros.types import People2D

StartNode = Callable[..., NodeProcess]


@pytest.fixture
def peer() -> Iterator[Peer]:
    one = Peer()
    yield one
    one.close()


@pytest.fixture
def start_node(tmp_path: Path) -> Iterator[StartNode]:
    """Start a node with parameters; what is left of it is killed after the test."""
    numbers = count()

    def start(module: str, *arguments: str, **parameters: object) -> NodeProcess:
        log = tmp_path / f'{module}_{next(numbers)}.log'
        named = {name.replace('__', '.'): value for name, value in parameters.items()}
        return processes.enter_context(NodeProcess(module, log, named, *arguments))

    with ExitStack() as processes:
        yield start


@pytest.fixture(scope='session')
def photo() -> np.ndarray:
    """Return a photo of two people."""
    return cv2.imread(str(PHOTO))


@pytest.fixture(scope='session')
def people(photo: np.ndarray) -> People2D:
    """Return the people of the photo."""
    return PoseEstimator(load_model('body_mobilenet_thin')).estimate(photo)


@pytest.fixture(scope='session')
def estimator() -> FaceHandEstimator:
    """Return the shipped networks for faces, hands and feet."""
    parts = ('face', 'hands', 'feet')
    return FaceHandEstimator(load_secondary_models(SecondaryModelParameters(), parts))


@pytest.fixture
def upstream(peer: Peer) -> Upstream:
    """Return the camera and pose_node of a test."""
    return Upstream(peer)
