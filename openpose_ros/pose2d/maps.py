# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Network outputs to maps: channels in the skeleton's order, whatever the network's own is."""

from __future__ import annotations

import cv2
import numpy as np

from openpose_ros.networks.metadata import PafModel
from openpose_ros.types import Array
from openpose_ros.types import FieldMaps
from openpose_ros.types import FloatArray
from openpose_ros.types import NetworkInput


def output_names(model: PafModel) -> tuple[str, ...]:
    """
    Return the names of the outputs to read, each once.

    :param model: Metadata of the model.
    """
    return tuple(dict.fromkeys((model.outputs.heatmaps, model.outputs.pafs)))


def maps_from_outputs(
    outputs: tuple[Array, ...], model: PafModel, network_input: NetworkInput
) -> FieldMaps:
    """
    Sort the channels of the network's outputs.

    :param outputs: The outputs of :func:`output_names`, float32.
    :param model: Metadata of the model.
    :param network_input: What the network was given.
    :return: Heatmaps ``(P, h, w)``, background left out, and PAFs ``(L, 2, h, w)``.
    :raises ValueError: If an output does not have the shape that the metadata promise.
    """
    channels_first = [_channels_first(output, model) for output in outputs]
    for name, maps in zip(output_names(model), channels_first):
        require_channels(len(maps), name, model)
        _check_size(maps, name, model, network_input)
    heatmaps = channels_first[0][model.heatmap_slice()]
    pafs = channels_first[-1][model.paf_slice()]
    return FieldMaps(
        heatmaps[: len(model.skeleton.parts)],
        pafs[model.skeleton.paf_channels],
        model.stride,
        network_input.transform.of_maps(model.stride, model.map_offset_px),
        network_input.image_size,
    )


def require_channels(found: int, output: str, model: PafModel) -> None:
    """
    Check the number of channels of an output: one too many is the sign of another network.

    :param found: Number of channels.
    :param output: Name of the output.
    :param model: Metadata of the model.
    :raises ValueError: If the metadata promise another number.
    """
    expected = model.heatmap_channels() if output == model.outputs.heatmaps else 0
    expected += model.paf_channels() if output == model.outputs.pafs else 0
    if found != expected:
        raise ValueError(
            f"model '{model.name}', output '{output}' has {found} channels, expected {expected} "
            f"for skeleton '{model.skeleton.name}', background {str(model.background).lower()}"
        )


def average_maps(maps: tuple[FieldMaps, ...]) -> FieldMaps:
    """
    Average the maps of several scales at the resolution of the first.

    :param maps: Maps of one image, the first at the base scale.
    :return: Maps with the size and transform of the first.
    """
    base = maps[0]
    if len(maps) == 1:
        return base
    heatmaps = [base.heatmaps, *(_resample(other, other.heatmaps, base) for other in maps[1:])]
    pafs = [
        base.pafs.reshape(-1, *base.pafs.shape[2:]),
        *(_resample(o, o.pafs.reshape(-1, *o.pafs.shape[2:]), base) for o in maps[1:]),
    ]
    return FieldMaps(
        np.mean(heatmaps, axis=0, dtype=np.float32),
        np.mean(pafs, axis=0, dtype=np.float32).reshape(base.pafs.shape),
        base.stride,
        base.transform,
        base.image_size,
    )


def _channels_first(output: Array, model: PafModel) -> Array:
    if output.ndim != 4 or output.shape[0] != 1:
        raise ValueError(
            f"model '{model.name}' gave an output of shape {output.shape}, "
            'expected 4 axes, the first of length 1'
        )
    maps: Array = output[0]
    return maps if model.input.layout == 'nchw' else maps.transpose(2, 0, 1)


def _check_size(maps: Array, name: str, model: PafModel, network_input: NetworkInput) -> None:
    tensor = network_input.tensor.shape
    height, width = tensor[2:] if model.input.layout == 'nchw' else tensor[1:3]
    # Networks round an input that is no multiple of the stride up or down.
    fits = abs(maps.shape[1] * model.stride - height) < model.stride
    fits &= abs(maps.shape[2] * model.stride - width) < model.stride
    if not fits:
        raise ValueError(
            f"model '{model.name}', output '{name}' has maps of {maps.shape[1]} x "
            f'{maps.shape[2]} for an input of {height} x {width}, '
            f'expected stride {model.stride:g}'
        )


def _resample(source: FieldMaps, channels: FloatArray, target: FieldMaps) -> FloatArray:
    """Return the channels read at the places of the target's cells."""
    rows, columns = np.mgrid[: target.heatmaps.shape[1], : target.heatmaps.shape[2]]
    xy_image = target.transform.to_image(np.stack((columns, rows), axis=-1).astype(np.float32))
    xy_map = source.transform.from_image(xy_image)
    x, y = np.ascontiguousarray(xy_map[:, :, 0]), np.ascontiguousarray(xy_map[:, :, 1])
    return np.stack(
        [
            cv2.remap(channel, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            for channel in channels
        ]
    )
