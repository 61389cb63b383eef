# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Measures how good a body model is on annotated images, and how steady people are in a video.

The precision is the share of the people published who are there: who match a labelled person with
an object keypoint similarity (OKS) of 0.5 or more, one to one, in the images in which somebody has
labelled keypoints. Who matches only a crowd or somebody annotated without keypoints is counted
neither as right nor as wrong. Ghosts are people published in images without any person.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
import sys
from typing import Any

from openpose_ros.evaluation.coco import CocoAnnotations
from openpose_ros.evaluation.coco import read_annotations
from openpose_ros.evaluation.coco_scores import coco_scores
from openpose_ros.evaluation.coco_scores import CocoScores
from openpose_ros.evaluation.coco_scores import count_published
from openpose_ros.evaluation.coco_scores import PublishedPeople
from openpose_ros.io.coco_results import people_to_coco
from openpose_ros.io.pixels import decode_image
from openpose_ros.tools.command_line import add_estimator_arguments
from openpose_ros.tools.command_line import ConfiguredEstimator
from openpose_ros.tools.command_line import DONE
from openpose_ros.tools.command_line import estimator_options
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.tools.command_line import progress_bar
from openpose_ros.tools.command_line import run_program
from openpose_ros.tools.evaluate_tracking import __doc__ as tracking_description
from openpose_ros.tools.evaluate_tracking import evaluate_tracking
from openpose_ros.tools.evaluate_tracking import STILL_FRAMES
from openpose_ros.tools.report import prepare_report
from openpose_ros.tools.report import write_report


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code: 0 done, 1 failed, 2 wrong arguments, 130 interrupted.
    """
    parser, kinds = _parsers()
    parsed = parser.parse_args(arguments)
    if parsed.kind == 'tracking' and parsed.still_frames < 1:
        parser.error(f'--still-frames is {parsed.still_frames}, expected 1 or more')
    options = estimator_options(parsed, kinds[parsed.kind])
    programs = {
        'coco': lambda: _evaluate_coco(
            parsed.annotations, parsed.images, options, parsed.report
        ),
        'tracking': lambda: evaluate_tracking(
            parsed.video,
            parsed.still,
            options,
            still_frames=parsed.still_frames,
            report=parsed.report,
        ),
    }
    return run_program('evaluate', programs[parsed.kind])


def _parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    parser = argparse.ArgumentParser(
        prog='python -m openpose_ros.tools.evaluate', description=__doc__
    )
    kinds = parser.add_subparsers(dest='kind', required=True)
    coco = kinds.add_parser(
        'coco',
        description=__doc__,
        help='annotations in the format of COCO: AP, precision and ghosts',
    )
    coco.add_argument(
        '--annotations', type=Path, required=True, metavar='FILE', help='person_keypoints_*.json'
    )
    coco.add_argument(
        '--images', type=Path, required=True, metavar='DIR', help='folder of the images'
    )
    tracking = kinds.add_parser(
        'tracking',
        description=tracking_description,
        help='a video: id switches, left and right that change places, jitter and lag',
    )
    tracking.add_argument(
        '--video', type=Path, metavar='FILE', help="people who move (default: the demo's, fetched)"
    )
    tracking.add_argument(
        '--still', type=Path, metavar='FILE', help='image for a still scene, with noise'
    )
    tracking.add_argument(
        '--still-frames', type=int, default=STILL_FRAMES, metavar='N',
        help=f'how often noise is added to the image ({STILL_FRAMES})',
    )
    for kind in (coco, tracking):
        kind.add_argument(
            '--report', type=Path, metavar='FILE', help='write the figures as JSON as well'
        )
        add_estimator_arguments(kind)
    return parser, {'coco': coco, 'tracking': tracking}


def _evaluate_coco(
    path: Path, folder: Path, options: EstimatorOptions, report: Path | None
) -> int:
    annotations = read_annotations(path)
    _require_images(annotations, folder)
    if report is not None:
        prepare_report(report)
    estimator = ConfiguredEstimator(options)
    print(f'{estimator.describe()}, {len(annotations.images)} images', flush=True)
    results = _find_all(annotations, folder, estimator)
    scores = coco_scores(annotations, results)
    published = count_published(annotations, results)
    if report is not None:
        write_report(report, _report(estimator, annotations, scores, published))
    _print_published(published)
    print(
        f'AP {scores.ap:.4f} AP50 {scores.ap50:.4f} AP75 {scores.ap75:.4f} AR {scores.ar:.4f}'
    )
    return DONE


def _require_images(annotations: CocoAnnotations, folder: Path) -> None:
    """Look for all images first: an hour's evaluation must not end at the last one."""
    missing = [name for name in annotations.images.values() if not (folder / name).is_file()]
    if missing:
        raise ValueError(
            f"{len(missing)} of {len(annotations.images)} images are not in '{folder}', "
            f'the first is {missing[0]}'
        )


def _find_all(
    annotations: CocoAnnotations, folder: Path, estimator: ConfiguredEstimator
) -> list[dict[str, Any]]:
    results = []
    with progress_bar() as progress:
        for image_id, name in progress.track(annotations.images.items(), description='images'):
            try:
                people, _ = estimator.find_people(decode_image((folder / name).read_bytes()))
            except ValueError as error:
                raise ValueError(f"'{folder / name}': {error}") from error
            results += people_to_coco(people, image_id, estimator.model.skeleton)
    return results


def _print_published(published: PublishedPeople) -> None:
    print(
        f'precision {published.precision:.4f} at OKS 0.5: {published.right} right, '
        f'{published.wrong} wrong, {published.undecided} undecided in '
        f'{published.labelled_images} images with labelled people'
    )
    print(f'ghosts {published.ghosts} in {published.empty_images} images without people')


def _report(
    estimator: ConfiguredEstimator,
    annotations: CocoAnnotations,
    scores: CocoScores,
    published: PublishedPeople,
) -> dict[str, Any]:
    return {
        **estimator.summary(),
        'parser': asdict(estimator.options.parser),
        'images': len(annotations.images),
        **asdict(scores),
        'precision': published.precision,
        **asdict(published),
    }


if __name__ == '__main__':
    sys.exit(main())
