# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

import numpy as np
from people_3d import people_of
from people_3d import seen_by
from people_3d import standing
import pytest

from openpose_ros.evaluation.space import Distribution
from openpose_ros.evaluation.space import measure_space
from openpose_ros.evaluation.space import observations_of
from openpose_ros.evaluation.space import view_errors
from openpose_ros.pose3d.rig import ring_of_cameras
from openpose_ros.pose3d.views import View
from openpose_ros.skeletons import get_skeleton
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D
from openpose_ros.types_3d import NOT_SEEN
from openpose_ros.types_3d import People3D
from openpose_ros.types_3d import Recording3D

CAMERAS = ring_of_cameras(4)
PARTS = get_skeleton('coco_18').parts
TWO = np.stack([standing(18), standing(18, (0.8, 0.3), seed=1)])


def recording(*people: People3D) -> Recording3D:
    frames = np.arange(len(people))
    return Recording3D(frames, frames / 30.0, people)


def moved(views: tuple[View, ...], camera: int, person: int, part: int, by_px: float) -> tuple:
    """Return the views with one keypoint moved to the right in one of them."""
    people = views[camera].people
    xy = people.body.xy.copy()
    xy[person, part, 0] += by_px
    changed = replace(people, body=Keypoints2D(xy, people.body.scores))
    return (*views[:camera], View(views[camera].camera, changed), *views[camera + 1:])


def test_distribution_of_known_values_leaves_nan_out() -> None:
    values = Distribution.of(np.array([[1.0, np.nan], [3.0, 2.0]]))
    assert (values.median, values.count) == (2.0, 3)
    assert values.p90 == pytest.approx(2.8)
    nothing = Distribution.of(np.full(3, np.nan))
    assert nothing.count == 0
    assert np.isnan([nothing.median, nothing.p90]).all()


def test_perfect_people_have_no_error_and_all_points() -> None:
    views = seen_by(CAMERAS, TWO)
    figures = measure_space(recording(people_of(CAMERAS, TWO, (1, 2))), [views], PARTS)
    assert figures.seen_points == figures.reconstructed_points == 2 * 18
    assert figures.coverage == 1.0
    assert figures.views_per_point == 4.0
    assert figures.points_of_part == dict.fromkeys(PARTS, 2)
    assert figures.all_views_px.count == 2 * 18 * 4
    assert figures.all_views_px.p90 < 1e-3  # the views hold float32


def test_view_errors_are_of_the_person_of_the_view() -> None:
    views = moved(seen_by(CAMERAS, TWO), camera=2, person=1, part=5, by_px=7.0)
    people = people_of(CAMERAS, TWO, (1, 2))
    errors = view_errors(people, views)
    assert errors[1, 2, 5] == pytest.approx(7.0, abs=1e-3)
    errors[1, 2, 5] = 0
    assert errors.max() < 1e-3
    # the same people in another order, and one whom a camera does not see
    turned = people.take(np.array([1, 0]))
    turned.sources[0, 0] = NOT_SEEN
    errors = view_errors(turned, views)
    assert errors[0, 2, 5] == pytest.approx(7.0, abs=1e-3)
    assert np.isnan(errors[0, 0]).all()
    assert not np.isnan(errors[1]).any()


def test_points_thrown_away_lower_the_coverage_not_the_error() -> None:
    xyz = TWO.copy()
    xyz[0, :9] = np.nan
    views = seen_by(CAMERAS, TWO)
    figures = measure_space(recording(people_of(CAMERAS, xyz, (1, 2))), [views], PARTS)
    assert figures.coverage == 0.75
    assert (figures.points_of_part['nose'], figures.points_of_part['left_ear']) == (1, 2)


def test_points_seen_once_or_hardly_do_not_count_as_seen() -> None:
    clear, faint = seen_by(CAMERAS, TWO), seen_by(CAMERAS, TWO, score=0.29)
    people = people_of(CAMERAS, np.full_like(TWO, np.nan), (1, 2))
    assert measure_space(recording(people), [faint], PARTS).seen_points == 0
    one_clear = (clear[0], *faint[1:])
    assert measure_space(recording(people), [one_clear], PARTS).seen_points == 0
    two_clear = (*clear[:2], *faint[2:])
    figures = measure_space(recording(people), [two_clear], PARTS)
    assert (figures.seen_points, figures.reconstructed_points) == (36, 0)


def test_nobody_gives_nan_and_zero() -> None:
    nobody = People3D.nobody(tuple(camera.name for camera in CAMERAS), 'coco_18', 18)
    nothing = np.zeros((0, 18, 3))
    for frames in (recording(nobody), recording()):
        figures = measure_space(frames, [seen_by(CAMERAS, nothing)] * len(frames), PARTS)
        assert figures.seen_points == figures.reprojection_px.count == 0
        assert np.isnan([figures.coverage, figures.views_per_point]).all()
        assert sum(figures.points_of_part.values()) == 0


def test_views_of_other_cameras_or_frames_are_refused() -> None:
    views, people = seen_by(CAMERAS, TWO), people_of(CAMERAS, TWO, (1, 2))
    with pytest.raises(ValueError, match=r"views of cameras \('cam1', .* expected \('cam0'"):
        observations_of(people, views[1:])
    with pytest.raises(ValueError, match='0 view sets, expected 1'):
        measure_space(recording(people), [], PARTS)


def test_people_of_files_have_no_image_size_and_are_measured() -> None:
    views = seen_by(CAMERAS, TWO)
    of_files = []
    for view in views:
        body, scores = view.people.body, view.people.scores
        of_files.append(View(view.camera, People2D.from_body('coco_18', body, scores, (0, 0))))
    assert np.nanmax(view_errors(people_of(CAMERAS, TWO, (1, 2)), of_files)) < 1e-3
