# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Measures ids, left and right, and smoothing on a video and on a still image with noise.

Who is who in the video comes from its full rate, at which a person hardly moves from one frame to
the next; the ids are given at this rate and at lower ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path
import time
from typing import Any

import numpy as np

from openpose_ros.evaluation.continuity import count_side_swaps
from openpose_ros.evaluation.continuity import count_switches
from openpose_ros.evaluation.continuity import jitter_px
from openpose_ros.evaluation.continuity import lag_sec
from openpose_ros.evaluation.continuity import link_people
from openpose_ros.evaluation.continuity import PeopleFrame
from openpose_ros.io.frames import BadFrame
from openpose_ros.io.pixels import decode_image
from openpose_ros.io.sources import open_source
from openpose_ros.skeletons import Skeleton
from openpose_ros.temporal.following import PersonFollower
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking import PersonTracker
from openpose_ros.temporal.tracking import TrackingParameters
from openpose_ros.tools.command_line import ConfiguredEstimator
from openpose_ros.tools.command_line import DONE
from openpose_ros.tools.command_line import EstimatorOptions
from openpose_ros.tools.command_line import progress_bar
from openpose_ros.tools.demo_data import demo_video
from openpose_ros.tools.report import prepare_report
from openpose_ros.tools.report import write_report
from openpose_ros.types import Array
from openpose_ros.types import People2D

Timed = tuple[float, People2D]
STEPS = (1, 3, 6)
STILL_FRAMES = 100
_STILL_HZ = 30.0
# Grey values: the noise of a camera in a dim room.
_NOISE = 6.0
_NS_PER_SEC = 1e9
_RAW = TrackingParameters(keep_sides_sec=0.0)
_SMOOTH = SmoothingParameters(enabled=True)


def evaluate_tracking(
    video: Path | None,
    still: Path | None,
    options: EstimatorOptions,
    *,
    still_frames: int = STILL_FRAMES,
    report: Path | None = None,
) -> int:
    """
    Measure, print, and write a report.

    :param video: Video with people who move; the demo's if ``None``.
    :param still: Image for the still scene; none is measured if ``None``.
    :param options: How people are found.
    :param still_frames: How often noise is added to the image, at least once.
    :param report: Where the figures are written as JSON, too.
    :return: Exit code.
    :raises ValueError: If an input cannot be read.
    """
    if report is not None:
        prepare_report(report)
    estimator = ConfiguredEstimator(options)
    print(estimator.describe(), flush=True)
    skeleton = estimator.model.skeleton
    video = video or demo_video()
    people = _find_people(estimator, _video_frames(video))
    if not people:
        raise ValueError(f"'{video}' holds no frame that can be read")
    figures: dict[str, Any] = {
        **estimator.summary(),
        'moving': [moving_figures(people, skeleton, step) for step in STEPS],
    }
    for row in figures['moving']:
        print(_line('moving', row), flush=True)
    if still is not None:
        people = _find_people(estimator, _still_frames(still, still_frames))
        figures['still'] = still_figures(people, skeleton)
        print(_line('still', figures['still']), flush=True)
    if report is not None:
        write_report(report, figures)
    return DONE


def moving_figures(people: Sequence[Timed], skeleton: Skeleton, step: int) -> dict[str, float]:
    """
    Return ids, switches, swaps of sides, lag and time for a scene in which people move.

    :param people: Time and people of each frame, at full rate.
    :param skeleton: Of the bodies.
    :param step: Every how many frames are used.
    """
    chains = link_people([one.body.xy for _, one in people])[::step]
    used = people[::step]
    raw, _ = _follow(used, skeleton, _RAW, SmoothingParameters())
    kept, follow_sec = _follow(used, skeleton, TrackingParameters(), SmoothingParameters())
    smooth, smooth_sec = _follow(used, skeleton, TrackingParameters(), _SMOOTH)
    ids = [one.ids for _, one in raw]
    before, pairs = count_side_swaps(_frames(raw, chains), skeleton.mirrored_parts)
    after, _ = count_side_swaps(_frames(kept, chains), skeleton.mirrored_parts)
    lag = lag_sec(_frames(kept, chains), _frames(smooth, chains))
    return {
        'step': step,
        'frames': len(used),
        'chains': len(np.unique(np.concatenate([np.zeros(0, np.int64), *chains]))),
        'ids': max((int(one.max()) for one in ids if len(one)), default=0),
        'id_switches': count_switches(chains, ids),
        'side_pairs': pairs,
        'side_swaps_before': before,
        'side_swaps_after': after,
        'smoothing_lag_ms': round(1e3 * lag, 1),
        'follow_ms': round(1e3 * follow_sec, 3),
        'follow_and_smooth_ms': round(1e3 * smooth_sec, 3),
    }


def still_figures(people: Sequence[Timed], skeleton: Skeleton) -> dict[str, float]:
    """
    Return ids, switches, swaps of sides and jitter for a scene in which nobody moves.

    :param people: Time and people of each frame.
    :param skeleton: Of the bodies.
    """
    chains = link_people([one.body.xy for _, one in people])
    raw, _ = _follow(people, skeleton, _RAW, SmoothingParameters())
    kept, _ = _follow(people, skeleton, TrackingParameters(), SmoothingParameters())
    smooth, _ = _follow(people, skeleton, TrackingParameters(), _SMOOTH)
    variants = {'raw': raw, 'sides_kept': kept, 'smoothed': smooth}
    figures: dict[str, float] = {
        'frames': len(people),
        'id_switches': count_switches(chains, [one.ids for _, one in raw]),
    }
    for name, one in variants.items():
        frames = _frames(one, chains)
        swaps, figures['side_pairs'] = count_side_swaps(frames, skeleton.mirrored_parts)
        median, high = jitter_px(frames)
        figures |= {
            f'{name}_side_swaps': swaps,
            f'{name}_jitter_px_median': round(median, 3),
            f'{name}_jitter_px_p95': round(high, 3),
        }
    return figures


def _follow(
    people: Sequence[Timed],
    skeleton: Skeleton,
    tracking: TrackingParameters,
    smoothing: SmoothingParameters,
) -> tuple[list[Timed], float]:
    """Return the people as followed, and the median time it takes in seconds."""
    follower = PersonFollower(skeleton, PersonTracker(tracking), smoothing)
    followed, times = [], []
    for time_sec, one in people:
        start = time.perf_counter()
        followed.append((time_sec, follower.update(one, round(time_sec * _NS_PER_SEC))))
        times.append(time.perf_counter() - start)
    return followed, float(np.median(times))


def _frames(people: Sequence[Timed], chains: Sequence[Array]) -> list[PeopleFrame]:
    return [
        PeopleFrame(time_sec, one.body.xy.astype(float), numbers)
        for (time_sec, one), numbers in zip(people, chains, strict=True)
    ]


def _find_people(
    estimator: ConfiguredEstimator, frames: Iterator[tuple[float, Array]]
) -> list[Timed]:
    with progress_bar() as progress:
        return [
            (time_sec, estimator.find_people(pixels)[0])
            for time_sec, pixels in progress.track(frames, description='frames')
        ]


def _video_frames(path: Path) -> Iterator[tuple[float, Array]]:
    with open_source(str(path)) as source:
        for frame in source:
            if not isinstance(frame, BadFrame):
                yield frame.time_sec, frame.pixels


def _still_frames(path: Path, count: int) -> Iterator[tuple[float, Array]]:
    try:
        pixels = decode_image(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"'{path}': {error}") from error
    random = np.random.default_rng(0)
    for number in range(count):
        noisy = pixels + random.normal(0.0, _NOISE, pixels.shape)
        yield number / _STILL_HZ, np.clip(noisy, 0, 255).astype(np.uint8)


def _line(name: str, figures: dict[str, float]) -> str:
    return f'{name}: ' + ', '.join(f'{key} {value}' for key, value in figures.items())
