# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How long faces with irises and hands take: one look at each, all of a frame together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from openpose_ros.pose2d.face_hand import FaceHandEstimator
from openpose_ros.pose2d.face_hand import FaceHandSettings
from openpose_ros.pose2d.landmarks import LandmarkParameters
from openpose_ros.pose2d.secondary_models import load_secondary_models
from openpose_ros.pose2d.secondary_models import SecondaryModelParameters
from openpose_ros.skeletons import get_skeleton
from openpose_ros.tools.benchmark_rows import medians_ms
from openpose_ros.tools.benchmark_rows import Row
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

_SIZE = (1280, 720)
_CROWDS = (1, 5)
_BODY = 'coco_18'
# Whatever the networks say counts as found, so that the irises of every face are looked for.
_ANYTHING = 1e-9
# A person seen from the front, in pixels from the nose.
_PERSON = {
    'nose': (0, 0), 'right_eye': (-14, -12), 'left_eye': (14, -12), 'right_ear': (-32, -6),
    'left_ear': (32, -6), 'neck': (0, 60), 'right_shoulder': (-55, 62),
    'left_shoulder': (55, 62), 'right_elbow': (-70, 150), 'left_elbow': (70, 150),
    'right_wrist': (-75, 230), 'left_wrist': (75, 230), 'right_hip': (-35, 240),
    'left_hip': (35, 240),
}


def measure_face_hand(options: EstimatorOptions, repetitions: int) -> Iterator[Row]:
    """
    Measure one and five people in an image of noise.

    :param options: The provider.
    :param repetitions: Number of images processed.
    :return: Rows.
    :raises ValueError: If a model cannot be loaded.
    """
    models = load_secondary_models(SecondaryModelParameters(), ('face', 'hands'))
    estimator = FaceHandEstimator(models, options.engine)
    skeleton = get_skeleton(_BODY)
    looks = LandmarkParameters(
        face_looks=1, hand_looks=1, face_min_score=_ANYTHING, hand_min_score=_ANYTHING
    )
    settings = FaceHandSettings(landmarks=looks)
    image = np.random.default_rng(0).integers(0, 256, (_SIZE[1], _SIZE[0], 3), np.uint8)
    crowds = [standing(count) for count in _CROWDS]
    calls = [partial(estimator.estimate, image, crowd, skeleton, settings) for crowd in crowds]
    times = medians_ms(calls, repetitions)
    for count, call, value in zip(_CROWDS, calls, times):
        found, regions = call()
        pupils = found.face.scores[:, get_skeleton(found.face_skeleton).index('left_pupil')]
        note = f'{len(regions)} crops, irises of {int((pupils > 0).sum())}'
        yield Row(f'face_hand.people_{count}', value, repetitions, note)
    growth = (times[-1] - times[0]) / (_CROWDS[-1] - _CROWDS[0])
    yield Row('face_hand.growth_per_person', growth / times[0], repetitions, f'{growth:.1f} ms')


def standing(count: int) -> People2D:
    """
    Return people side by side, all of whose faces and hands are to be seen.

    :param count: Number of people in an image of 1280 x 720.
    """
    skeleton = get_skeleton(_BODY)
    body = Keypoints2D.missing(count, len(skeleton.parts))
    for person in range(count):
        for part, offset in _PERSON.items():
            middle = np.array((120.0 + 240.0 * person, 200.0))
            body.xy[person, skeleton.index(part)] = middle + offset
            body.scores[person, skeleton.index(part)] = 1.0
    return People2D.from_body(_BODY, body, np.ones(count, np.float32), _SIZE)
