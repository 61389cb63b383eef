# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
What must be known of a PAF network to use it: the metadata file that lies beside its ONNX file.

Whoever brings an own network writes such a YAML file; ``models/README.md`` shows one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from openpose_ros.networks.inline_skeleton import skeleton_of
from openpose_ros.networks.section import Section
from openpose_ros.skeletons import Skeleton

KEYS = (
    'name',
    'skeleton',
    'onnx',
    'sha256',
    'input',
    'stride',
    'map_offset_px',
    'outputs',
    'background',
    'licence',
    'source',
)


@dataclass(frozen=True)
class InputFormat:
    """
    How an image becomes the network's input: ``tensor = pixel * scale - mean``.

    :param layout: ``nchw`` or ``nhwc``; the outputs have the same layout.
    :param colour: ``bgr`` or ``rgb``, the order of the channels.
    :param scale: Factor of the pixel values 0..255.
    :param mean: Subtracted after scaling, one value per channel in the order of ``colour``.
    :param size_multiple: Width and height must be multiples of this, in pixels.
    """

    layout: str
    colour: str
    scale: float
    mean: tuple[float, float, float]
    size_multiple: int


@dataclass(frozen=True)
class OutputFormat:
    """
    Names of the network's output tensors.

    :param heatmaps: Tensor with the heatmaps.
    :param pafs: Tensor with the PAFs.
    :param order: Empty if these are two tensors. Else both names are the same and this is the
        order along the channel axis: ``('heatmaps', 'pafs')`` or ``('pafs', 'heatmaps')``.
    """

    heatmaps: str
    pafs: str
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class PafModel:
    """
    Metadata of a network that gives heatmaps and part affinity fields.

    :param name: Name of the model.
    :param skeleton: Parts, limbs and PAF channels the network was trained for.
    :param onnx_path: The network.
    :param sha256: Of the network's file, 64 lower-case hexadecimal digits.
    :param input: How an image becomes the input.
    :param outputs: Names of the output tensors.
    :param stride: Network-input pixels per map cell.
    :param map_offset_px: Shift of the maps in network-input pixels, measured per model.
    :param background: Whether the last heatmap channel is the background.
    :param licence: Licence of the network, an SPDX identifier where there is one.
    :param source: Where the network comes from.
    """

    name: str
    skeleton: Skeleton
    onnx_path: Path
    sha256: str
    input: InputFormat
    outputs: OutputFormat
    stride: float
    map_offset_px: float
    background: bool
    licence: str
    source: str

    def heatmap_channels(self) -> int:
        """Return the number of heatmap channels of the network, background included."""
        return len(self.skeleton.parts) + int(self.background)

    def paf_channels(self) -> int:
        """Return the number of PAF channels of the network, two per limb."""
        return int(self.skeleton.paf_channels.max()) + 1

    def heatmap_slice(self) -> slice:
        """Return the channels of the heatmap tensor that are heatmaps, background included."""
        start = self.paf_channels() if self.outputs.order[:1] == ('pafs',) else 0
        return slice(start, start + self.heatmap_channels())

    def paf_slice(self) -> slice:
        """Return the channels of the PAF tensor that are PAFs."""
        start = self.heatmap_channels() if self.outputs.order[:1] == ('heatmaps',) else 0
        return slice(start, start + self.paf_channels())


def read_metadata(path: Path) -> PafModel:
    """
    Read a model's metadata; the network itself is not opened.

    :param path: YAML file of the model.
    :raises ValueError: If the file, a key or a value is missing or wrong; names the file, the key
        (dotted), the value found and what was expected.
    """
    section = Section.read(path)
    if 'kind' in section.values:
        section.fail('kind', 'a model that gives heatmaps and PAFs, which has no such key')
    section.require_known(*KEYS)
    return PafModel(
        name=section.text('name'),
        skeleton=skeleton_of(section),
        onnx_path=path.parent / section.text('onnx'),
        sha256=section.sha256(),
        input=read_input_format(section.section('input')),
        outputs=_output_format(section.section('outputs')),
        stride=section.number('stride', positive=True),
        map_offset_px=section.number('map_offset_px', default=0.0),
        background=section.flag('background'),
        licence=section.text('licence'),
        source=section.text('source'),
    )


def read_input_format(section: Section, size_key: str = 'size_multiple') -> InputFormat:
    """
    Read how an image becomes a network's input.

    :param section: The mapping ``input``.
    :param size_key: Key of the number of pixels that the sides are a multiple of.
    :raises ValueError: If a key or a value is missing or wrong; names it.
    """
    section.require_known('layout', 'colour', 'scale', 'mean', size_key)
    first, second, third = section.numbers('mean', (0.0, 0.0, 0.0))
    return InputFormat(
        layout=section.choice('layout', 'nchw', 'nhwc'),
        colour=section.choice('colour', 'bgr', 'rgb'),
        scale=section.number('scale', default=1.0, positive=True),
        mean=(first, second, third),
        size_multiple=section.count(size_key, low=1),
    )


def _output_format(section: Section) -> OutputFormat:
    if 'tensor' not in section.values and 'order' not in section.values:
        section.require_known('heatmaps', 'pafs')
        return _two_tensors(section)
    section.require_known('tensor', 'order')
    order = section.texts('order')
    if sorted(order) != ['heatmaps', 'pafs']:
        section.fail('order', '[heatmaps, pafs] or [pafs, heatmaps]')
    return OutputFormat(section.text('tensor'), section.text('tensor'), order)


def _two_tensors(section: Section) -> OutputFormat:
    outputs = OutputFormat(section.text('heatmaps'), section.text('pafs'))
    if outputs.heatmaps == outputs.pafs:
        section.fail('pafs', "another tensor than 'heatmaps', or the keys tensor and order")
    return outputs
