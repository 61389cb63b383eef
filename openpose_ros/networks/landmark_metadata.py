# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
What must be known of a network that finds the points of one face, hand or person in a crop.

Two kinds: a regressor gives the positions themselves, a heatmap network one map per part. As for
body models, a YAML file beside the ONNX file says which; ``models/README.md`` explains the keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from openpose_ros.networks.inline_skeleton import registered_skeleton
from openpose_ros.networks.metadata import InputFormat
from openpose_ros.networks.metadata import read_input_format
from openpose_ros.networks.point_mapping import PointMapping
from openpose_ros.networks.point_mapping import read_point_mapping
from openpose_ros.networks.section import Section
from openpose_ros.skeletons import Skeleton
from openpose_ros.types import IntArray

REGRESSOR, HEATMAPS = 'regressor', 'heatmaps'
COMMON_KEYS = (
    'name', 'kind', 'skeleton', 'onnx', 'sha256', 'input', 'outputs', 'min_score', 'mirror',
    'licence', 'source',
)
REGRESSOR_KEYS = (*COMMON_KEYS, 'points')
HEATMAP_KEYS = (*COMMON_KEYS, 'background', 'stride', 'map_offset_px')

# What a regressor can say of a point: crop pixels, a depth in their unit, and two logits.
VALUES = ('x', 'y', 'z', 'visibility', 'presence')
ACTIVATIONS = ('probability', 'logit')
MIRRORED_SIDES = ('none', 'left', 'right')


@dataclass(frozen=True)
class RegressorOutputs:
    """
    The output tensors of a regressor.

    :param landmarks: Tensor of the points, ``(N, points * values)``, point after point.
    :param points: Number of points.
    :param values: What it says of each point, in order: ``x``, ``y`` in pixels of the crop, ``z``
        in the same unit, ``visibility`` and ``presence`` as logits.
    :param score: Tensor that says how sure the network is that the crop shows what it is made for,
        ``(N, 1)``; empty if it has none.
    :param score_activation: ``probability``, or ``logit`` for the value before the sigmoid.
    :param handedness: Tensor with the probability of a right hand, ``(N, 1)``; empty if none.
    """

    landmarks: str
    points: int
    values: tuple[str, ...]
    score: str = ''
    score_activation: str = 'probability'
    handedness: str = ''

    def names(self) -> tuple[str, ...]:
        """Return the names of all output tensors that are used."""
        return tuple(name for name in (self.landmarks, self.score, self.handedness) if name)


@dataclass(frozen=True)
class HeatmapOutputs:
    """
    The output tensor of a network that gives heatmaps.

    :param heatmaps: Tensor of the maps, one per part.
    :param background: Whether one more map, the last, is the background.
    :param stride: Network-input pixels per map cell.
    :param map_offset_px: Shift of the maps in network-input pixels.
    """

    heatmaps: str
    background: bool
    stride: float
    map_offset_px: float

    def names(self) -> tuple[str, ...]:
        """Return the names of all output tensors that are used."""
        return (self.heatmaps,)


@dataclass(frozen=True)
class LandmarkModel:
    """
    Metadata of a network that finds the points of one face, hand or person in a crop.

    :param name: Name of the model.
    :param skeleton: The parts it finds, or some of them; see ``points``.
    :param onnx_path: The network.
    :param sha256: Of the network's file, 64 lower-case hexadecimal digits.
    :param size_px: Side of the square crop it takes, in pixels.
    :param input: How the crop becomes the input.
    :param outputs: Its output tensors; their type is the kind of network.
    :param points: How the network's points become parts of the skeleton. Where they name the same
        point for left and right, a crop shows one side and gives the part of that side.
    :param min_score: Score from which on a result is used, 0..1.
    :param mirror: Side of the person whose crops are mirrored for the network: ``left``, ``right``
        or ``none``.
    :param licence: Licence of the network, an SPDX identifier where there is one.
    :param source: Where the network comes from.
    """

    name: str
    skeleton: Skeleton
    onnx_path: Path
    sha256: str
    size_px: int
    input: InputFormat
    outputs: RegressorOutputs | HeatmapOutputs
    points: PointMapping
    min_score: float
    mirror: str
    licence: str
    source: str

    @property
    def kind(self) -> str:
        """Return the kind of network: ``regressor`` or ``heatmaps``."""
        return REGRESSOR if isinstance(self.outputs, RegressorOutputs) else HEATMAPS

    @cached_property
    def part_ids(self) -> IntArray:
        """Index in the skeleton of each part of ``points``, ``(M,)``."""
        return np.array([self.skeleton.index(part) for part in self.points.parts], np.int64)


def read_landmark_metadata(path: Path) -> LandmarkModel:
    """
    Read a landmark model's metadata; the network itself is not opened.

    :param path: YAML file of the model.
    :raises ValueError: If the file, a key or a value is missing or wrong; names the file, the key
        (dotted), the value found and what was expected.
    """
    section = Section.read(path)
    kind = section.choice('kind', REGRESSOR, HEATMAPS)
    section.require_known(*(REGRESSOR_KEYS if kind == REGRESSOR else HEATMAP_KEYS))
    skeleton = registered_skeleton(section)
    input_format = read_input_format(section.section('input'), 'size')
    outputs: RegressorOutputs | HeatmapOutputs
    if kind == REGRESSOR:
        outputs = _regressor_outputs(section.section('outputs'))
        points = read_point_mapping(section, skeleton, outputs.points)
    else:
        outputs = _heatmap_outputs(section)
        points = PointMapping.of_same_order(skeleton.parts)
    return LandmarkModel(
        name=section.text('name'),
        skeleton=skeleton,
        onnx_path=path.parent / section.text('onnx'),
        sha256=section.sha256(),
        size_px=input_format.size_multiple,
        input=input_format,
        outputs=outputs,
        points=points,
        min_score=_min_score(section, outputs),
        mirror=section.choice('mirror', *MIRRORED_SIDES),
        licence=section.text('licence'),
        source=section.text('source'),
    )


def _regressor_outputs(section: Section) -> RegressorOutputs:
    section.require_known(
        'landmarks', 'points', 'values', 'score', 'score_activation', 'handedness'
    )
    values = section.texts('values')
    if not {'x', 'y'} <= set(values) <= set(VALUES) or len(set(values)) != len(values):
        section.fail('values', f'x, y and others of {", ".join(VALUES)}, each once')
    has_score = 'score' in section.values
    if 'score_activation' in section.values and not has_score:
        section.fail('score', "a text, for there is a 'score_activation'")
    return RegressorOutputs(
        landmarks=section.text('landmarks'),
        points=section.count('points', low=1),
        values=values,
        score=section.text('score') if has_score else '',
        score_activation=section.choice('score_activation', *ACTIVATIONS)
        if has_score else ACTIVATIONS[0],
        handedness=section.text('handedness') if 'handedness' in section.values else '',
    )


def _heatmap_outputs(section: Section) -> HeatmapOutputs:
    outputs = section.section('outputs')
    outputs.require_known('heatmaps')
    return HeatmapOutputs(
        heatmaps=outputs.text('heatmaps'),
        background=section.flag('background'),
        stride=section.number('stride', positive=True),
        map_offset_px=section.number('map_offset_px', default=0.0),
    )


def _min_score(section: Section, outputs: RegressorOutputs | HeatmapOutputs) -> float:
    if isinstance(outputs, HeatmapOutputs) or outputs.score:
        return section.fraction('min_score')
    if 'min_score' in section.values:
        section.fail('min_score', "no such key, for 'outputs' names no score")
    return 0.0
