# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import replace
import tracemalloc

from crop_networks import BLUE
from crop_networks import colour_maps
from crop_networks import GREEN
from crop_networks import map_model
from crop_networks import painted
from crop_networks import RED
import numpy as np
import pytest

from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.pose2d.part_maps import PartMaps
from openpose_ros.region_types import FACE
from openpose_ros.region_types import LEFT_HAND
from openpose_ros.region_types import Regions
from openpose_ros.region_types import RIGHT_HAND

# Each spot fills a map cell: 9 pixels of an image shown at its own size.
SPOTS = {BLUE: (120, 80), GREEN: (150, 96), RED: (136, 112)}


def regions(*rows: tuple[int, float, float, float]) -> Regions:
    """Return upright regions of kind, x, y and side."""
    table = np.array(rows, float).reshape(-1, 4)
    zeros = np.zeros(len(table), np.float32)
    return Regions(
        table[:, 0].astype(np.int64), np.arange(len(table)), table[:, 1:3].astype(np.float32),
        table[:, 3].astype(np.float32), zeros, zeros,
    )


def detector(
    skeleton: str = 'hand_21', mirror: str = 'none', batches: list[int] | None = None
) -> PartMaps:
    model = map_model(skeleton, mirror=mirror)
    return PartMaps(model, colour_maps(len(model.skeleton.parts), batches=batches))


@pytest.mark.parametrize('mirror', ['none', 'left'])
@pytest.mark.parametrize('kind', [LEFT_HAND, RIGHT_HAND])
@pytest.mark.parametrize('shift', [0.0, 2.5, 4.0])
def test_detect_finds_the_maximum_of_each_map(kind: int, mirror: str, shift: float) -> None:
    found = detector(mirror=mirror).detect(
        painted(SPOTS), regions((kind, 132 + shift, 96, 64)), LandmarkParameters()
    )
    xy = found.keypoints.xy[0]
    np.testing.assert_allclose(xy[0], SPOTS[BLUE], atol=1.6)
    np.testing.assert_allclose(xy[1], SPOTS[GREEN], atol=1.6)
    np.testing.assert_allclose(xy[2:], [SPOTS[RED]] * 19, atol=1.6)
    assert found.regions.scores == pytest.approx(found.keypoints.scores.mean())


def test_detect_gives_each_keypoint_the_score_of_its_map() -> None:
    # red at half, so that 19 of 21 maps reach half of the others
    image = painted(SPOTS, red=128)
    found = detector().detect(image, regions((RIGHT_HAND, 131.5, 95.5, 64)), LandmarkParameters())
    scores = found.keypoints.scores[0]
    np.testing.assert_allclose(scores[2:], scores[2])
    assert 0.4 < scores[2] / scores[0] < 0.6


@pytest.mark.parametrize(
    ('kind', 'minimum', 'there'),
    [
        (RIGHT_HAND, {}, True),
        (RIGHT_HAND, {'hand_min_score': 0.99}, False),
        (RIGHT_HAND, {'face_min_score': 0.99}, True),
    ],
)
def test_detect_keeps_what_has_a_mean_score(
    kind: int, minimum: dict[str, float], there: bool
) -> None:
    parameters = LandmarkParameters(**minimum)
    found = detector().detect(painted(SPOTS), regions((kind, 132, 96, 64)), parameters)
    assert (len(found.found()) == 1) == there


def test_detect_where_nothing_is_finds_nothing() -> None:
    found = detector().detect(
        painted(SPOTS), regions((RIGHT_HAND, 40, 40, 30)), LandmarkParameters()
    )
    assert len(found.found()) == 0
    assert np.isnan(found.keypoints.xy).all()


def test_detect_looks_in_several_sizes_and_takes_the_best() -> None:
    calls: list[int] = []
    parameters = LandmarkParameters(hand_scale_number=3, hand_scale_range=1.0)
    # at 96 pixels the spots are too small to fill a cell; at 0.5 1.0 1.5 of it ...
    table = regions((RIGHT_HAND, 132, 96, 128), (LEFT_HAND, 132, 96, 64))
    found = detector(batches=calls).detect(painted(SPOTS), table, parameters)
    # all sizes of all hands at once
    assert calls == [6]
    np.testing.assert_allclose(found.regions.sizes_px[0], 64)
    np.testing.assert_allclose(found.keypoints.xy[0, 0], SPOTS[BLUE], atol=1.6)
    assert found.regions.persons.tolist() == [0, 1]
    single = detector().detect(painted(SPOTS), table, LandmarkParameters())
    assert (found.regions.scores >= single.regions.scores).all()
    assert found.regions.scores[0] > single.regions.scores[0]


def test_detect_looks_at_faces_in_one_size() -> None:
    calls: list[int] = []
    faces = detector('face_70', batches=calls)
    parameters = LandmarkParameters(hand_scale_number=6)
    faces.detect(painted(SPOTS), regions((FACE, 132, 96, 64)), parameters)
    assert calls == [1]
    assert not faces.upright


def test_detect_in_batches_gives_the_same() -> None:
    calls: list[int] = []
    table = regions(*((RIGHT_HAND, 130 + step, 96, 64) for step in range(5)))
    parameters = LandmarkParameters()
    whole = detector().detect(painted(SPOTS), table, parameters)
    parted = detector(batches=calls).detect(
        painted(SPOTS), table, replace(parameters, max_batch=2)
    )
    assert calls == [2, 2, 1]
    np.testing.assert_array_equal(whole.keypoints.xy, parted.keypoints.xy)


def test_detect_holds_no_more_crops_and_maps_than_one_batch() -> None:
    # 600 crops in all, of 3 MB each as numbers of the network
    model = map_model('hand_21', size_px=512)
    maps = np.ones((4, 22, 64, 64), np.float32)
    crowd = regions(*[(RIGHT_HAND, 132, 96, 64)] * 100)
    parameters = LandmarkParameters(max_batch=4, hand_scale_number=6)
    tracemalloc.start()
    found = PartMaps(model, lambda crops: (maps,)).detect(painted(SPOTS), crowd, parameters)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.regions) == 100
    assert peak < 2.5 * 4 * 3.2e6


def test_detect_reads_maps_with_channels_last() -> None:
    model = map_model('hand_21', layout='nhwc')
    first = colour_maps(21)

    def infer(crops: np.ndarray) -> tuple[np.ndarray, ...]:
        return (first(crops.transpose(0, 3, 1, 2))[0].transpose(0, 2, 3, 1),)

    table = regions((RIGHT_HAND, 132, 96, 64))
    last = PartMaps(model, infer).detect(painted(SPOTS), table, LandmarkParameters())
    expected = detector().detect(painted(SPOTS), table, LandmarkParameters())
    np.testing.assert_array_equal(last.keypoints.xy, expected.keypoints.xy)


@pytest.mark.parametrize(
    'shape', [(1, 21, 8, 8), (1, 23, 8, 8), (1, 22, 64), (22, 8, 8)]
)
def test_detect_refuses_maps_of_another_number(shape: tuple[int, ...]) -> None:
    maps = PartMaps(map_model('hand_21'), lambda crops: (np.zeros(shape, np.float32),))
    message = r"model 'light', output 'maps' has shape \(.*expected 4 axes and 22 channels"
    with pytest.raises(ValueError, match=message):
        maps.detect(painted(SPOTS), regions((RIGHT_HAND, 132, 96, 64)), LandmarkParameters())
