# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Face boxes: every case of OpenPose's rule with numbers worked out by hand."""

from __future__ import annotations

from named_bodies import body_parts
from named_bodies import only
from named_bodies import Places
from named_bodies import STANDING
import numpy as np
import pytest

from openpose_ros.pose2d.face_regions import openpose_face_regions
from openpose_ros.pose2d.face_regions import upright_face_regions
from openpose_ros.region_types import FACE
from openpose_ros.region_types import Regions

HEAD = ('nose', 'neck', 'right_eye', 'left_eye', 'right_ear', 'left_ear')


def assert_square(regions: Regions, centre: tuple[float, float], size: float) -> None:
    assert len(regions) == 1
    assert regions.kinds.tolist() == [FACE]
    np.testing.assert_allclose(regions.xy_image[0], centre, rtol=1e-6)
    np.testing.assert_allclose(regions.sizes_px[0], size, rtol=1e-6)


# (parts seen, centre, side)
OPENPOSE_CASES = {
    # nose and neck 40 apart: the middle, twice that
    'nose and neck': (('nose', 'neck'), (200, 120), 80),
    # one eye without its ear is no profile
    'nose, neck and an eye': (('nose', 'neck', 'left_eye'), (200, 120), 80),
    'nose, neck and an ear': (('nose', 'neck', 'right_ear'), (200, 120), 80),
    # profile: mean of eye (210, 90), ear (220, 95) and nose (200, 100);
    # 0.85 (sqrt(200) + sqrt(425) + 40) = 0.85 (14.142136 + 20.615528 + 40)
    'left profile': (('nose', 'neck', 'left_eye', 'left_ear'), (210, 95), 63.544014),
    'right profile': (('nose', 'neck', 'right_eye', 'right_ear'), (190, 95), 63.544014),
    # a profile without the neck has no size
    'profile without neck': (('nose', 'left_eye', 'left_ear'), None, None),
    # eyes 20 apart: the middle, three times that
    'eyes': (('right_eye', 'left_eye'), (200, 90), 60),
    # ears 40 apart: the middle, twice that
    'ears': (('right_ear', 'left_ear'), (200, 95), 80),
    # mean of (200, 90), 60 and (200, 95), 80
    'eyes and ears': (('right_eye', 'left_eye', 'right_ear', 'left_ear'), (200, 92.5), 70),
    # mean of (200, 120), 80 and (200, 90), 60
    'nose, neck and eyes': (('nose', 'neck', 'right_eye', 'left_eye'), (200, 105), 70),
    # an ear and an eye of different sides: neither profile nor pair
    'crossed': (('nose', 'neck', 'right_eye', 'left_ear'), (200, 120), 80),
    # both eyes and one ear: no profile, the eyes count
    'half turned': (('nose', 'neck', 'right_eye', 'left_eye', 'left_ear'), (200, 105), 70),
    # mean of all three: ((120 + 90 + 95) / 3), (80 + 60 + 80) / 3
    'all': (HEAD, (200, 101.666667), 73.333333),
    'nose alone': (('nose',), None, None),
    'an eye': (('left_eye',), None, None),
    'nothing': ((), None, None),
}


@pytest.mark.parametrize('skeleton', ['coco_18', 'body_25'])
@pytest.mark.parametrize('case', OPENPOSE_CASES)
def test_openpose_face_regions_are_the_mean_of_what_is_seen(case: str, skeleton: str) -> None:
    parts, centre, size = OPENPOSE_CASES[case]
    regions = openpose_face_regions(body_parts(only(STANDING, *parts), skeleton=skeleton))
    if centre is None:
        assert len(regions) == 0
    else:
        assert_square(regions, centre, size)
        assert regions.angles_rad.tolist() == [0]
        np.testing.assert_allclose(regions.scores, 0.8)


def test_openpose_face_regions_of_mpi_are_around_the_head() -> None:
    # head and neck 50 apart
    places: Places = {'head': (130, 60), 'neck': (100, 100)}
    body = body_parts(places, skeleton='mpii_15')
    assert_square(openpose_face_regions(body), (130, 60), 66.5)
    assert openpose_face_regions(body).angles_rad.tolist() == [0]
    # the head lies above the neck, 30 to the right and 40 up: atan(3 / 4)
    upright = upright_face_regions(body)
    assert_square(upright, (130, 60), 66.5)
    np.testing.assert_allclose(upright.angles_rad, [0.6435011], rtol=1e-6)


@pytest.mark.parametrize('part', ['head', 'neck'])
def test_face_regions_of_mpi_need_head_and_neck(part: str) -> None:
    body = body_parts({part: (130, 60)}, skeleton='mpii_15')
    assert len(openpose_face_regions(body)) == len(upright_face_regions(body)) == 0


# (parts seen, centre, side); the eyes are 20 apart, the ears 40, eye and ear of a side sqrt(125)
UPRIGHT_CASES = {
    'eyes': (('nose', 'right_eye', 'left_eye'), (200, 100), 1.25 * 2.6 * 20),
    'ears': (('nose', 'right_ear', 'left_ear'), (200, 100), 1.25 * 1.35 * 40),
    'all': (HEAD, (200, 100), 1.25 * 1.35 * 40),
    # one ear: 0.15 of 65 towards it along the eyes, and a tenth larger
    'left ear': (('nose', 'right_eye', 'left_eye', 'left_ear'), (209.75, 100), 71.5),
    'right ear': (('nose', 'right_eye', 'left_eye', 'right_ear'), (190.25, 100), 71.5),
    # 0.15 1.25 1.9 sqrt(125) from the nose along (10, 5), the way from the eye to the ear
    'left side': (
        ('nose', 'left_eye', 'left_ear'), (203.5625, 101.78125), 1.1 * 1.25 * 1.9 * 125**0.5
    ),
    'right side': (
        ('nose', 'right_eye', 'right_ear'), (196.4375, 101.78125), 1.1 * 1.25 * 1.9 * 125**0.5
    ),
    'no nose': (('neck', 'right_eye', 'left_eye', 'right_ear', 'left_ear'), None, None),
    'nose and neck': (('nose', 'neck'), None, None),
    'nose and an eye': (('nose', 'neck', 'left_eye'), None, None),
}


@pytest.mark.parametrize('case', UPRIGHT_CASES)
def test_upright_face_regions_are_by_the_nose(case: str) -> None:
    parts, centre, size = UPRIGHT_CASES[case]
    regions = upright_face_regions(body_parts(only(STANDING, *parts)))
    if centre is None:
        assert len(regions) == 0
    else:
        assert_square(regions, centre, size)


@pytest.mark.parametrize(
    ('places', 'degrees'),
    [
        # the person's right eye lies on the left of the image
        ({'right_eye': (190, 90), 'left_eye': (210, 90)}, 0),
        # the head tilts to the left shoulder: clockwise in the image
        ({'right_eye': (190, 80), 'left_eye': (210, 100)}, 45),
        ({'right_eye': (200, 110), 'left_eye': (200, 90)}, -90),
        # upside down
        ({'right_eye': (210, 110), 'left_eye': (190, 110)}, 180),
        # the eyes go before the ears
        ({'right_eye': (190, 90), 'left_eye': (210, 90),
          'right_ear': (180, 80), 'left_ear': (220, 120)}, 0),
        ({'right_ear': (180, 75), 'left_ear': (220, 115)}, 45),
        # profiles: from the eye the left ear lies to the right of an upright head
        ({'left_eye': (195, 92), 'left_ear': (215, 92)}, 0),
        ({'right_eye': (205, 92), 'right_ear': (185, 92)}, 0),
        ({'left_eye': (200, 90), 'left_ear': (210, 100)}, 45),
        # an eye and the other side's ear say nothing of size or angle
    ],
)
def test_upright_face_regions_turn_with_the_eyes(places: Places, degrees: float) -> None:
    regions = upright_face_regions(body_parts({'nose': (200, 100), **places}))
    np.testing.assert_allclose(np.rad2deg(regions.angles_rad), [degrees], atol=1e-4)


def test_face_regions_know_their_person() -> None:
    body = body_parts(STANDING, {}, only(STANDING, *HEAD), only(STANDING, 'left_wrist'))
    for rule in (openpose_face_regions, upright_face_regions):
        assert rule(body).persons.tolist() == [0, 2]


def test_face_regions_of_coinciding_keypoints_are_none() -> None:
    # every distance 0: no side
    body = body_parts(dict.fromkeys(HEAD, (10, 10)))
    assert len(openpose_face_regions(body)) == len(upright_face_regions(body)) == 0


def test_face_regions_of_nobody_are_none() -> None:
    assert len(openpose_face_regions(body_parts())) == len(upright_face_regions(body_parts())) == 0
