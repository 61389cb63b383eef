# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scenes import VEHICLE
from tiny_networks import model_of

from openpose_ros.networks.metadata import OutputFormat
from openpose_ros.networks.metadata import PafModel
from openpose_ros.pose2d.maps import average_maps
from openpose_ros.pose2d.maps import maps_from_outputs
from openpose_ros.pose2d.maps import output_names
from openpose_ros.pose2d.maps import require_channels
from openpose_ros.types import FieldMaps
from openpose_ros.types import ImageTransform
from openpose_ros.types import NetworkInput

PARTS, LIMBS = len(VEHICLE.parts), len(VEHICLE.limbs)
ONE = OutputFormat('maps', 'maps', ('heatmaps', 'pafs'))
TURNED = OutputFormat('maps', 'maps', ('pafs', 'heatmaps'))


@pytest.fixture
def model(tmp_path: Path) -> PafModel:
    return model_of(b'not run here', tmp_path, VEHICLE)


def network_input(height: int = 32, width: int = 48, layout: str = 'nchw') -> NetworkInput:
    shape = (1, 3, height, width) if layout == 'nchw' else (1, height, width, 3)
    transform = ImageTransform.from_resize((96, 64), (48, 32))
    return NetworkInput(np.zeros(shape, np.float32), transform, (96, 64))


def numbered(channels: int, first: int = 0, size: tuple[int, int] = (4, 6)) -> np.ndarray:
    """Return maps whose every value is the number of its channel."""
    numbers = np.arange(first, first + channels, dtype=np.float32)
    return np.broadcast_to(numbers[None, :, None, None], (1, channels, *size)).copy()


def check_order(maps: FieldMaps, first_paf: int = 0, first_heatmap: int = 0) -> None:
    assert maps.heatmaps[:, 0, 0].tolist() == [first_heatmap + part for part in range(PARTS)]
    # the channels of the vehicle's limbs as they are written down
    x_channels = [6, 0, 2, 4, 12, 8, 10]
    assert maps.pafs[:, 0, 0, 0].tolist() == [first_paf + channel for channel in x_channels]
    assert maps.pafs[:, 1, 0, 0].tolist() == [first_paf + channel + 1 for channel in x_channels]


def test_maps_from_two_outputs_are_in_the_skeletons_order(model: PafModel) -> None:
    assert output_names(model) == ('heatmaps', 'pafs')
    outputs = (numbered(PARTS + 1), numbered(2 * LIMBS))
    maps = maps_from_outputs(outputs, model, network_input())
    check_order(maps)
    assert maps.heatmaps.shape == (PARTS, 4, 6)
    assert maps.pafs.shape == (LIMBS, 2, 4, 6)
    assert maps.image_size == (96, 64)
    assert maps.stride == 8


def test_maps_without_background_are_all_heatmaps(model: PafModel) -> None:
    plain = replace(model, background=False)
    outputs = (numbered(PARTS), numbered(2 * LIMBS))
    check_order(maps_from_outputs(outputs, plain, network_input()))


@pytest.mark.parametrize('background', [True, False])
def test_maps_from_one_output_follow_its_order(model: PafModel, background: bool) -> None:
    heatmaps = PARTS + background
    total = numbered(heatmaps + 2 * LIMBS)
    one = replace(model, outputs=ONE, background=background)
    assert output_names(one) == ('maps',)
    check_order(maps_from_outputs((total,), one, network_input()), first_paf=heatmaps)
    turned = replace(model, outputs=TURNED, background=background)
    found = maps_from_outputs((total,), turned, network_input())
    check_order(found, first_heatmap=2 * LIMBS)


def test_maps_of_an_nhwc_network_are_turned(model: PafModel) -> None:
    last = replace(model, input=replace(model.input, layout='nhwc'))
    rng = np.random.default_rng(0)
    heatmaps = rng.random((1, PARTS + 1, 4, 6), np.float32)
    pafs = numbered(2 * LIMBS)
    outputs = (heatmaps.transpose(0, 2, 3, 1), pafs.transpose(0, 2, 3, 1))
    maps = maps_from_outputs(outputs, last, network_input(layout='nhwc'))
    np.testing.assert_array_equal(maps.heatmaps, heatmaps[0, :PARTS])
    assert maps.pafs.shape == (LIMBS, 2, 4, 6)


def test_maps_transform_joins_input_stride_and_offset(model: PafModel) -> None:
    shifted = replace(model, map_offset_px=-0.5)
    outputs = (numbered(PARTS + 1), numbered(2 * LIMBS))
    maps = maps_from_outputs(outputs, shifted, network_input())
    # cell 2 is input pixel 2.5 * 8 - 0.5 - 0.5 = 19, image pixel 19.5 * 2 - 0.5
    np.testing.assert_allclose(maps.transform.to_image(np.array([2.0, 2.0])), [38.5, 38.5])


@pytest.mark.parametrize(
    ('heatmaps', 'pafs', 'message'),
    [
        (PARTS, 2 * LIMBS, "output 'heatmaps' has 7 channels, expected 8 .*background true"),
        (PARTS + 2, 2 * LIMBS, "output 'heatmaps' has 9 channels, expected 8"),
        (PARTS + 1, 2 * LIMBS - 2, "output 'pafs' has 12 channels, expected 14"),
        (PARTS + 1, 2 * LIMBS + 2, "output 'pafs' has 16 channels, expected 14"),
        (2 * LIMBS, PARTS + 1, "output 'heatmaps' has 14 channels, expected 8"),
    ],
)
def test_maps_of_another_number_of_channels_are_refused(
    model: PafModel, heatmaps: int, pafs: int, message: str
) -> None:
    with pytest.raises(ValueError, match=f"model 'tiny', {message}"):
        maps_from_outputs((numbered(heatmaps), numbered(pafs)), model, network_input())


@pytest.mark.parametrize('outputs', [ONE, TURNED])
@pytest.mark.parametrize('surplus', [-1, 1])
def test_one_output_of_another_number_of_channels_is_refused(
    model: PafModel, outputs: OutputFormat, surplus: int
) -> None:
    total = PARTS + 1 + 2 * LIMBS
    one = replace(model, outputs=outputs)
    with pytest.raises(ValueError, match=f"'maps' has {total + surplus} channels, expected 22"):
        maps_from_outputs((numbered(total + surplus),), one, network_input())


def test_require_channels_takes_the_right_number(model: PafModel) -> None:
    require_channels(PARTS + 1, 'heatmaps', model)
    require_channels(2 * LIMBS, 'pafs', model)
    require_channels(PARTS + 1 + 2 * LIMBS, 'maps', replace(model, outputs=TURNED))


@pytest.mark.parametrize(
    ('shape', 'fits'),
    [
        ((4, 6), True),
        ((5, 6), False),  # stride 8 gives 4 rows for 32
        ((4, 5), False),
        ((8, 12), False),  # stride 4
        ((6, 4), False),  # axes exchanged
    ],
)
def test_maps_of_another_stride_are_refused(
    model: PafModel, shape: tuple[int, int], fits: bool
) -> None:
    outputs = (numbered(PARTS + 1, size=shape), numbered(2 * LIMBS, size=shape))
    if fits:
        maps_from_outputs(outputs, model, network_input())
        return
    with pytest.raises(ValueError, match=r"'heatmaps' has maps of .* input of 32 x 48, expected"):
        maps_from_outputs(outputs, model, network_input())


@pytest.mark.parametrize('rows', [4, 5])
def test_maps_may_be_rounded_up_or_down(model: PafModel, rows: int) -> None:
    outputs = (numbered(PARTS + 1, size=(rows, 6)), numbered(2 * LIMBS, size=(rows, 6)))
    maps = maps_from_outputs(outputs, model, network_input(height=36))
    assert maps.heatmaps.shape[1] == rows


@pytest.mark.parametrize(
    'shape', [(PARTS + 1, 4, 6), (2, PARTS + 1, 4, 6), (1, PARTS + 1, 24), (1, 1, PARTS + 1, 4, 6)]
)
def test_maps_of_another_number_of_axes_are_refused(
    model: PafModel, shape: tuple[int, ...]
) -> None:
    outputs = (np.zeros(shape, np.float32), numbered(2 * LIMBS))
    with pytest.raises(ValueError, match="'tiny' gave an output of shape .*, expected 4 axes"):
        maps_from_outputs(outputs, model, network_input())


# ---- scales


def ramp(columns: int, rows: int, input_width: int, slope: float, base: float = 0.0) -> FieldMaps:
    """Return maps of a 320 x 160 image whose values grow by ``slope`` per image pixel."""
    transform = ImageTransform.from_resize((320, 160), (input_width, input_width // 2)).of_maps(8)
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    xy = transform.to_image(np.stack((x, y), axis=-1).astype(np.float64))
    values = (base + slope * xy[:, :, 0]).astype(np.float32)
    return FieldMaps(
        np.stack([values, 2 * values]),
        np.stack([np.stack([values, 3 * xy[:, :, 1].astype(np.float32) * slope])]),
        8.0, transform, (320, 160),
    )


def test_average_maps_of_one_scale_is_that_scale() -> None:
    maps = ramp(40, 20, 320, 0.01)
    assert average_maps((maps,)) is maps


def test_average_maps_reads_the_same_place_at_every_scale() -> None:
    full, half = ramp(40, 20, 320, 0.01), ramp(20, 10, 160, 0.01)
    found = average_maps((full, half))
    assert found.transform == full.transform
    assert found.heatmaps.shape == full.heatmaps.shape
    assert found.heatmaps.dtype == np.float32
    # Both scales say the same of every place, so the mean does too. The cubic kernel errs by a
    # twentieth of a cell on a ramp, to either side alike; half an input pixel would shift the
    # mean by 0.5 * 2 * 0.01 / 2. The rim has no values beyond to interpolate with.
    inside = (slice(None), slice(4, -4), slice(4, -4))
    for one, other in ((found.heatmaps, full.heatmaps), (found.pafs[0], full.pafs[0])):
        np.testing.assert_allclose(one[inside], other[inside], atol=1.2e-2)
        bias = (one[inside] - other[inside]).mean(axis=(1, 2))
        assert np.abs(bias).max() < 5e-4


def test_average_maps_is_the_mean() -> None:
    full, half, third = (
        ramp(40, 20, 320, 0.0, 0.3), ramp(20, 10, 160, 0.0, 0.9), ramp(40, 20, 320, 0.0, 0.0)
    )
    found = average_maps((full, half, third))
    np.testing.assert_allclose(found.heatmaps[0], 0.4, atol=1e-6)
    np.testing.assert_allclose(found.heatmaps[1], 0.8, atol=1e-6)
    np.testing.assert_allclose(found.pafs[0, 0], 0.4, atol=1e-6)
    assert (full.heatmaps[0] == np.float32(0.3)).all()
