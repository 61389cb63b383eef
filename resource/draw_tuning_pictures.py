# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Draws the pictures of docs/tuning.md: the photo of the tests with a parameter at several values.

``. .venv/bin/activate; python resource/draw_tuning_pictures.py`` writes docs/images/tuning_*.jpg.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from openpose_ros.networks.loading import load_model
from openpose_ros.pose2d.drawing import draw_people
from openpose_ros.pose2d.drawing import put_text
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.pose2d.limbs import LimbParameters
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.pose2d.peaks import PeakParameters
from openpose_ros.pose2d.people import PeopleParameters
from openpose_ros.pose2d.preprocess import InputParameters
from openpose_ros.types import Array

ROOT = Path(__file__).resolve().parents[1]
PHOTO = ROOT / 'test' / 'data' / 'park.jpg'
# Where the two people of the photo are: left, top, right, bottom in its pixels.
PLACES = ((230, 0, 420, 230), (665, 255, 855, 485))
ENLARGED = 1.3
JPEG_QUALITY = 80
TEXT_PX = 14.0

Case = tuple[str, InputParameters, ParserParameters]


def cases() -> dict[str, list[Case]]:
    """Return the panels of each picture: title, network input, thresholds."""
    usual, parser = InputParameters(), ParserParameters()
    peaks, limbs, people = PeakParameters(), LimbParameters(), PeopleParameters()
    return {
        'input_height': [
            (f'{height} px', replace(usual, height_px=height), parser)
            for height in (96, 184, 368, 736)
        ],
        'peaks': [
            (f'{score}', usual,
             replace(parser, peaks=replace(peaks, min_score=score)))
            for score in (0.05, 0.3, 0.5, 0.7)
        ],
        'limbs': [
            (f'{score}', usual,
             replace(parser, limbs=replace(limbs, min_score=score)))
            for score in (0.05, 0.2, 0.4, 0.6)
        ],
        'people': [
            (f'{score}', replace(usual, height_px=736),
             replace(parser, people=replace(people, min_score=score)))
            for score in (0.64, 0.9)
        ],
    }


def panel(image: Array, estimator: PoseEstimator, case: Case) -> Array:
    """
    Return the places of the two people, one above the other, with who is found there.

    :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
    :param estimator: Finds the people.
    :param case: Title and parameters.
    """
    title, inputs, parser = case
    people = estimator.estimate(image, inputs, parser)
    print(f'{title}: {len(people)} people, {int((people.body.scores > 0).sum())} keypoints')
    drawn = draw_people(image, people, estimator.model.skeleton)
    both = np.vstack([drawn[top:bottom, left:right] for left, top, right, bottom in PLACES])
    large = cv2.resize(both, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
    put_text(large, f'{title}: {len(people)} found', (8.0, 22.0), height_px=TEXT_PX)
    return large


def main() -> None:
    """Write all pictures."""
    image = cv2.imread(str(PHOTO))
    estimator = PoseEstimator(load_model('body_mobilenet_thin'))
    for name, row in cases().items():
        panels = [panel(image, estimator, case) for case in row]
        picture = np.hstack(panels)
        path = ROOT / 'docs' / 'images' / f'tuning_{name}.jpg'
        cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        print(f'{path}: {path.stat().st_size // 1024} KiB')


if __name__ == '__main__':
    main()
