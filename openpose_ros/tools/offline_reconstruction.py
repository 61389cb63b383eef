# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Views of a recording to people in space with identities, and the figures to judge them by."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import asdict
import math
from typing import Any

import numpy as np

from openpose_ros.evaluation.bones import bone_lengths
from openpose_ros.evaluation.bones import mean_robust_cv
from openpose_ros.evaluation.ghosts import find_ghosts
from openpose_ros.evaluation.left_out import left_out_errors
from openpose_ros.evaluation.left_out import MIN_VIEWS
from openpose_ros.evaluation.markers import MarkerComparison
from openpose_ros.evaluation.space import Distribution
from openpose_ros.evaluation.space import measure_space
from openpose_ros.pose3d.reconstructor import Reconstructor
from openpose_ros.skeletons import get_skeleton
from openpose_ros.temporal.tracking_3d import PersonTracker3D
from openpose_ros.tools.view_sequence import ViewSequence
from openpose_ros.types import Array
from openpose_ros.types_3d import People3D
from openpose_ros.types_3d import Recording3D


def reconstruct_sequence(
    sequence: ViewSequence,
    reconstructor: Reconstructor,
    tracker: PersonTracker3D,
    advance: Callable[[], object] = lambda: None,
) -> Recording3D:
    """
    Reconstruct frame by frame, each with what the frames before say.

    :param sequence: The views.
    :param reconstructor: Makes people of views.
    :param tracker: Gives them identities.
    :param advance: Called after each frame.
    """
    everybody: list[People3D] = []
    for views, time_sec in zip(sequence.view_sets, sequence.times_sec):
        stamp_ns = round(time_sec * 1e9)
        people = reconstructor.reconstruct(views, tracker.previous(stamp_ns))
        everybody.append(tracker.update(people, stamp_ns))
        advance()
    return Recording3D(sequence.frame_numbers, sequence.times_sec, tuple(everybody))


def measure_left_out(
    recording: Recording3D,
    sequence: ViewSequence,
    reconstructor: Reconstructor,
    advance: Callable[[], object] = lambda: None,
) -> dict[str, Array]:
    """
    Return the errors in each camera of people reconstructed without it, in pixels.

    Nothing with fewer than three cameras.

    :param recording: People in space over time.
    :param sequence: The views they come from.
    :param reconstructor: What made them.
    :param advance: Called after each frame.
    """
    if len(sequence.cameras) < MIN_VIEWS:
        return {}
    errors: dict[str, list[Array]] = {camera.name: [] for camera in sequence.cameras}
    for people, views in zip(recording.people, sequence.view_sets):
        for camera, found in left_out_errors(people, views, reconstructor.reconstruct).items():
            errors[camera].append(found)
        advance()
    return {camera: np.concatenate([np.zeros(0), *found]) for camera, found in errors.items()}


def report_of(
    recording: Recording3D,
    sequence: ViewSequence,
    *,
    left_out: dict[str, Array] | None = None,
    markers: MarkerComparison | None = None,
) -> dict[str, Any]:
    """
    Return the figures of a recording as entries of a report; errors in pixels, lengths in metres.

    :param recording: People in space over time.
    :param sequence: The views they come from.
    :param left_out: Errors in cameras left out, if measured.
    :param markers: Comparison with markers, if wanted.
    """
    parts = get_skeleton(recording.people[0].skeleton).parts
    space, ghosts = measure_space(recording, sequence.view_sets, parts), find_ghosts(recording)
    report: dict[str, Any] = {
        'frames': len(recording),
        'cameras': [camera.name for camera in sequence.cameras],
        'skeleton': recording.people[0].skeleton,
        'reprojection_error_px': _numbers(space.reprojection_px),
        'reprojection_error_all_views_px': _numbers(space.all_views_px),
        'views_per_point': space.views_per_point,
        'coverage': space.coverage,
        'points_seen_in_two_views': space.seen_points,
        'points_reconstructed': space.reconstructed_points,
        'points_of_part': space.points_of_part,
        'people_per_frame': ghosts.people_per_frame,
        'ghosts_per_frame': ghosts.ghosts_per_frame,
        'ghosts': {
            'short_lived': ghosts.short_lived, 'doubled': ghosts.doubled, 'torn': ghosts.torn
        },
        'people': _people_of(recording, ghosts.frames_of_id, parts),
    }
    if left_out:
        report['left_out_camera_px'] = {
            **_numbers(Distribution.of(np.concatenate(list(left_out.values())))),
            'cameras': {
                name: _numbers(Distribution.of(found)) for name, found in left_out.items()
            },
        }
    if markers is not None:
        report['distance_to_markers_m'] = {
            **_numbers(markers.distances_m),
            'person': markers.person_id,
            'parts': {name: _numbers(one) for name, one in markers.parts_m.items()},
        }
    return _without_nan(report)


def _people_of(
    recording: Recording3D, frames_of_id: dict[int, int], parts: Sequence[str]
) -> dict[str, Any]:
    people = {}
    for person_id, frames in frames_of_id.items():
        bones = bone_lengths(recording.trajectory(person_id), parts)
        people[str(person_id)] = {
            'frames': frames,
            'mean_robust_cv_of_bones': mean_robust_cv(bones),
            'bones': {name: asdict(bone) for name, bone in bones.items()},
        }
    return people


def _numbers(distribution: Distribution) -> dict[str, float]:
    return asdict(distribution)


def _without_nan(value: Any) -> Any:
    """Return the value with null in place of NaN, which JSON does not know."""
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, float) and math.isnan(value):
        return None
    return value
