# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scenes import assert_same_people
from scenes import body
from scenes import VEHICLE
from synthetic import keypoints_of
from synthetic import maps_of
from tiny_networks import constant_network
from tiny_networks import model_of
from tiny_networks import tiny_network

from openpose_ros.networks.metadata import OutputFormat
from openpose_ros.networks.metadata import PafModel
from openpose_ros.pose2d.engine import EngineError
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.pose2d.preprocess import InputParameters
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D

PARTS, LIMBS = len(VEHICLE.parts), len(VEHICLE.limbs)
CHANNELS = {'heatmaps': PARTS + 1, 'pafs': 2 * LIMBS}
CPU = EngineParameters(providers='cpu')
ONE_TO_ONE = InputParameters(height_px=368)


def black(height: int = 368, width: int = 656) -> np.ndarray:
    return np.zeros((height, width, 3), np.uint8)


def network_that_sees(keypoints: Keypoints2D, order: tuple[str, ...]) -> bytes:
    """Return a network that answers with the maps of known vehicles, channels in its own order."""
    maps = maps_of(keypoints, VEHICLE)
    pafs = np.zeros((2 * LIMBS, *maps.heatmaps.shape[1:]), np.float32)
    pafs[VEHICLE.paf_channels.reshape(-1)] = maps.pafs.reshape(pafs.shape)
    background = 1 - maps.heatmaps.max(axis=0, keepdims=True)
    parts = {'heatmaps': np.concatenate([maps.heatmaps, background]), 'pafs': pafs}
    return constant_network(np.concatenate([parts[name] for name in order])[None])


@pytest.mark.parametrize('order', [('heatmaps', 'pafs'), ('pafs', 'heatmaps')])
def test_estimate_finds_who_the_network_sees(tmp_path: Path, order: tuple[str, ...]) -> None:
    truth = keypoints_of([body(VEHICLE, (180, 150), 220), body(VEHICLE, (450, 230), 260)], VEHICLE)
    model = model_of(
        network_that_sees(truth, order), tmp_path, VEHICLE,
        outputs=OutputFormat('maps', 'maps', order),
    )
    found = PoseEstimator(model, CPU).estimate(black(), ONE_TO_ONE)
    assert found.skeleton == 'vehicle'
    assert found.image_size == (656, 368)
    assert_same_people(found, truth, 0.8)


def test_estimate_gives_pixels_of_the_image_not_of_the_network(tmp_path: Path) -> None:
    seen = keypoints_of([body(VEHICLE, (300, 200), 260)], VEHICLE)
    outputs = OutputFormat('maps', 'maps', ('pafs', 'heatmaps'))
    network = network_that_sees(seen, outputs.order)
    model = model_of(network, tmp_path, VEHICLE, outputs=outputs)
    found = PoseEstimator(model, CPU).estimate(black(736, 1312), ONE_TO_ONE)
    # pixel centres: network pixel x is image pixel 2 x + 0.5
    truth = Keypoints2D(2 * seen.xy + np.float32(0.5), seen.scores)
    assert_same_people(found, truth, 1.6)


def test_estimate_of_an_empty_image_is_nobody(tmp_path: Path) -> None:
    model = model_of(tiny_network(CHANNELS), tmp_path, VEHICLE)
    found = PoseEstimator(model, CPU).estimate(black(1, 1))
    assert len(found) == 0
    assert found.body.xy.shape == (0, PARTS, 2)
    assert found.image_size == (1, 1)


@pytest.mark.parametrize('size', [(1, 1), (1, 8000), (8000, 1), (6000, 8000), (37, 23)])
def test_estimate_of_any_image_size_answers(tmp_path: Path, size: tuple[int, int]) -> None:
    model = model_of(tiny_network(CHANNELS), tmp_path, VEHICLE)
    image = np.full((*size, 3), 1, np.uint8)
    found, times = PoseEstimator(model, CPU).estimate_timed(
        image, InputParameters(height_px=64), ParserParameters()
    )
    assert found.image_size == (size[1], size[0])
    assert min(times.preprocess_sec, times.inference_sec, times.parse_sec) > 0


# ---- where a pixel of the image comes out in the maps


@pytest.mark.parametrize('layout', ['nchw', 'nhwc'])
def test_infer_lights_the_cells_of_a_lit_column_or_row(tmp_path: Path, layout: str) -> None:
    model = model_of(tiny_network(CHANNELS, layout=layout), tmp_path, VEHICLE, layout=layout)
    estimator = PoseEstimator(model, CPU)
    places = []
    for column in range(160, 168):
        image = black()
        image[:, column] = 255
        maps = estimator.infer(estimator.prepare(image, ONE_TO_ONE))
        lit = np.flatnonzero(maps.heatmaps[0].max(axis=0) > 1e-3)
        # columns 160..167 are the pixels of cell 20
        assert lit.tolist() == [20]
        places.append(maps.transform.to_image(np.array([lit[0], 0.0]))[0] - column)
    # from the middle of the cell each of its columns is equally far on either side
    assert places == [3.5, 2.5, 1.5, 0.5, -0.5, -1.5, -2.5, -3.5]
    image = black()
    image[89] = 255
    maps = estimator.infer(estimator.prepare(image, ONE_TO_ONE))
    assert np.flatnonzero(maps.pafs[0, 0].max(axis=1) > 1e-3).tolist() == [11]


@pytest.mark.parametrize('image_size', [(1280, 720), (1001, 563), (320, 240), (2047, 1151)])
def test_infer_puts_a_lit_spot_where_it_is(
    tmp_path: Path, image_size: tuple[int, int]
) -> None:
    model = model_of(tiny_network(CHANNELS), tmp_path, VEHICLE)
    estimator = PoseEstimator(model, CPU)
    width, height = image_size
    spot = height // 6
    errors = []
    for shift in range(0, 33, 3):
        left, top = width * 2 // 3 + shift, height // 4 + shift
        image = black(height, width)
        image[top:top + spot, left:left + spot] = 255
        maps = estimator.infer(estimator.prepare(image, ONE_TO_ONE))
        light = maps.heatmaps[0].astype(np.float64)
        rows, columns = np.indices(light.shape)
        xy_map = np.array([(light * columns).sum(), (light * rows).sum()]) / light.sum()
        middle = np.array([left, top]) + 0.5 * (spot - 1)
        errors.append((maps.transform.to_image(xy_map) - middle) / maps.transform.scale_x * 8)
    # a fifth of a network-input pixel; half a pixel more or less in the rule would show
    assert np.abs(np.mean(errors, axis=0)).max() < 0.2


# ---- scales


def test_estimate_over_scales_averages_the_maps(tmp_path: Path) -> None:
    model = model_of(tiny_network(CHANNELS), tmp_path, VEHICLE)
    estimator = PoseEstimator(model, CPU)
    inputs = estimator.prepare(black(), InputParameters(scale_number=3, scale_gap=0.25))
    assert [item.tensor.shape[2:] for item in inputs] == [(368, 656), (280, 496), (184, 328)]
    image = np.full((368, 656, 3), 100, np.uint8)
    inputs = estimator.prepare(image, InputParameters(scale_number=3, scale_gap=0.25))
    maps = estimator.infer(inputs)
    assert maps.heatmaps.shape == (PARTS, 46, 82)
    # a grey image is as grey at every scale: 3 colours of 100
    np.testing.assert_allclose(maps.heatmaps[0, 5:-5, 5:-5], 300, rtol=1e-4)


def test_estimate_with_a_network_of_one_size(tmp_path: Path) -> None:
    model = model_of(tiny_network(CHANNELS, size=(64, 96)), tmp_path, VEHICLE)
    estimator = PoseEstimator(model, CPU)
    (network_input,) = estimator.prepare(black(100, 100), InputParameters())
    assert network_input.tensor.shape == (1, 3, 64, 96)
    maps = estimator.infer((network_input,))
    assert maps.heatmaps.shape[1:] == (8, 12)
    assert len(estimator.estimate(black(100, 100))) == 0


# ---- networks that are not what their metadata say


@pytest.mark.parametrize('declared', [True, False])
@pytest.mark.parametrize(
    ('channels', 'message'),
    [
        ({**CHANNELS, 'heatmaps': PARTS}, "output 'heatmaps' has 7 channels, expected 8"),
        ({**CHANNELS, 'heatmaps': PARTS + 2}, "output 'heatmaps' has 9 channels, expected 8"),
        ({**CHANNELS, 'pafs': 2 * LIMBS + 4}, "output 'pafs' has 18 channels, expected 14"),
    ],
)
def test_network_with_other_channels_is_refused(
    tmp_path: Path, channels: dict[str, int], message: str, declared: bool
) -> None:
    model = model_of(tiny_network(channels, declared=declared), tmp_path, VEHICLE)
    if declared:
        # at start, not once per frame
        with pytest.raises(ValueError, match=message):
            PoseEstimator(model, CPU)
    else:
        estimator = PoseEstimator(model, CPU)
        with pytest.raises(ValueError, match=message):
            estimator.estimate(black())


def test_network_without_an_output_is_refused(tmp_path: Path) -> None:
    model = model_of(tiny_network({'heatmaps': PARTS + 1, 'vectors': 14}), tmp_path, VEHICLE)
    with pytest.raises(ValueError, match="'tiny' has no output 'pafs', its outputs: heatmaps, ve"):
        PoseEstimator(model, CPU)


def test_network_of_another_stride_is_refused(tmp_path: Path) -> None:
    model = replace(model_of(tiny_network(CHANNELS), tmp_path, VEHICLE), stride=4.0)
    with pytest.raises(ValueError, match=r'maps of 46 x 82 for an input of 368 x 656, expected s'):
        PoseEstimator(model, CPU).estimate(black())


def test_network_of_another_layout_is_refused(tmp_path: Path) -> None:
    model = model_of(tiny_network(CHANNELS), tmp_path, VEHICLE, layout='nhwc')
    with pytest.raises(EngineError, match='tiny'):
        PoseEstimator(model, CPU).estimate(black())


def test_network_with_another_hash_or_no_file_is_refused(tmp_path: Path) -> None:
    model = model_of(tiny_network(CHANNELS), tmp_path, VEHICLE)
    with pytest.raises(ValueError, match='truncated or another file'):
        PoseEstimator(replace(model, sha256='0' * 64), CPU)
    content = model.onnx_path.read_bytes()
    model.onnx_path.write_bytes(content[:100])
    with pytest.raises(ValueError, match='its 100 bytes'):
        PoseEstimator(model, CPU)
    model.onnx_path.unlink()
    with pytest.raises(ValueError, match='cannot be read'):
        PoseEstimator(model, CPU)


def test_network_that_answers_nan_is_refused(tmp_path: Path) -> None:
    answer = np.zeros((1, PARTS + 1 + 2 * LIMBS, 46, 82), np.float32)
    answer[0, 3, 20, 20] = np.nan
    model: PafModel = model_of(
        constant_network(answer), tmp_path, VEHICLE,
        outputs=OutputFormat('maps', 'maps', ('heatmaps', 'pafs')),
    )
    with pytest.raises(ValueError, match='heatmaps hold NaN or infinite values'):
        PoseEstimator(model, CPU).estimate(black())


def test_estimate_of_what_is_no_image_raises(tmp_path: Path) -> None:
    estimator = PoseEstimator(model_of(tiny_network(CHANNELS), tmp_path, VEHICLE), CPU)
    for image in (np.zeros((0, 5, 3), np.uint8), np.zeros((5, 5), np.uint8), np.zeros((5, 5, 3))):
        with pytest.raises(ValueError, match='image has shape'):
            estimator.estimate(image)


def test_float16_network_is_used_like_any_other(tmp_path: Path) -> None:
    skeleton = get_skeleton('coco_18')
    channels = {'heatmaps': 19, 'pafs': 38}
    model = model_of(tiny_network(channels, half=True), tmp_path, skeleton)
    assert len(PoseEstimator(model, CPU).estimate(black(64, 64))) == 0
