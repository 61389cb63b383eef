# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""pose_node as its own process, with models that are not as their metadata say."""

from __future__ import annotations

from collections.abc import Callable
import hashlib
from pathlib import Path

import numpy as np
import pytest
from ros_camera import Camera
from ros_camera import raw
from ros_peers import NodeProcess
from ros_peers import Peer
from tiny_networks import constant_network
from tiny_networks import tiny_network

SMALL = {'input__height_px': 64}
CHANNELS = 19 + 38  # heatmaps with the background and PAFs of coco_18
METADATA = """
name: tiny
skeleton: coco_18
onnx: tiny.onnx
sha256: {sha256}
input: {{layout: nchw, colour: bgr, scale: 1.0, mean: [0.0, 0.0, 0.0], size_multiple: 8}}
stride: 8
map_offset_px: 0.0
outputs: {{{outputs}}}
background: true
licence: Apache-2.0
source: made for a test
"""
BOTH = 'tensor: maps, order: [heatmaps, pafs]'

StartNode = Callable[..., NodeProcess]


def write_model(folder: Path, network: bytes, outputs: str, kept: int | None = None) -> Path:
    """
    Write a model.

    :param folder: Where to.
    :param network: Content of the ONNX file.
    :param outputs: Entries of the metadata's ``outputs``.
    :param kept: Bytes of the ONNX file that are left of it, ``None``: all.
    :return: The YAML file.
    """
    sha256 = hashlib.sha256(network).hexdigest()
    (folder / 'tiny.onnx').write_bytes(network[:kept])
    path = folder / 'tiny.yaml'
    path.write_text(METADATA.format(sha256=sha256, outputs=outputs), encoding='utf-8')
    return path


def one_line_of(node: NodeProcess) -> str:
    """Wait for the end with exit code 1 and return the one line that says why."""
    assert node.process.wait(timeout=20.0) == 1
    assert 'Traceback' not in node.output()
    (line,) = [text for text in node.output().splitlines() if text.startswith('pose_node: ')]
    return line


@pytest.mark.parametrize('value', [np.nan, np.inf])
def test_model_that_answers_no_numbers_is_said_and_the_node_lives_on(
    start_node: StartNode, peer: Peer, tmp_path: Path, value: float
) -> None:
    network = constant_network(np.full((1, CHANNELS, 8, 8), value, np.float32))
    node = start_node('pose_node', model__name=write_model(tmp_path, network, BOTH), **SMALL)
    camera = Camera(peer)
    camera.wait_for_node()
    for number in (1, 2):
        camera.send(raw(np.zeros((64, 64, 3), np.uint8), number))
        camera.wait_for_facts(received=str(number), dropped_invalid=str(number))
    assert 'the heatmaps hold NaN or infinite values' in node.output()
    assert not camera.people
    assert node.interrupt() == 0


def test_model_file_that_is_cut_off_ends_the_node(start_node: StartNode, tmp_path: Path) -> None:
    network = constant_network(np.zeros((1, CHANNELS, 8, 8), np.float32))
    path = write_model(tmp_path, network, BOTH, kept=len(network) // 2)
    line = one_line_of(start_node('pose_node', model__name=path))
    assert 'truncated' in line
    assert str(tmp_path / 'tiny.onnx') in line


def test_model_file_that_is_no_network_ends_the_node(
    start_node: StartNode, tmp_path: Path
) -> None:
    line = one_line_of(start_node('pose_node', model__name=write_model(tmp_path, b'text', BOTH)))
    assert "'tiny'" in line


@pytest.mark.parametrize(
    ('network', 'words'),
    [
        ({'heatmaps': 19, 'pafs': 36}, ("'pafs'", '36 channels', 'expected 38')),
        ({'heatmaps': 18, 'pafs': 38}, ("'heatmaps'", '18 channels', 'expected 19')),
        ({'other': 57}, ("'heatmaps'", 'other')),
    ],
)
def test_model_with_other_outputs_than_promised_ends_the_node(
    start_node: StartNode, tmp_path: Path, network: dict[str, int], words: tuple[str, ...]
) -> None:
    outputs = 'heatmaps: heatmaps, pafs: pafs'
    path = write_model(tmp_path, tiny_network(network), outputs)
    line = one_line_of(start_node('pose_node', model__name=path))
    for word in words:
        assert word in line
