# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Bags of a video of a real photo, processed as a user does and read back by other libraries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
import subprocess
from typing import Any

import bags_or_skip  # noqa: F401 - rosbags may be missing
import cv2
import numpy as np
from photo_wall import seen_on_wall
from photo_wall import wall_camera
import pytest
import recorded_bags as recorded
from rosbags.highlevel import AnyReader

from openpose_ros.conversions.people_3d import people_3d_from_msg
from openpose_ros.conversions.poses import people_from_msg
from openpose_ros.conversions.poses import skeletons_from_msg
from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.networks.loading import load_model
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.pose2d.preprocess import InputParameters
from openpose_ros.pose3d.calibration_files import write_cameras
from openpose_ros.skeletons import get_skeleton
from openpose_ros.temporal.following import PersonFollower
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking import PersonTracker
from openpose_ros.temporal.tracking import TrackingParameters
from openpose_ros.tools.process_bag import main
from openpose_ros.types import People2D

ROOT = Path(__file__).parents[3]
HEIGHT = 184
FRAMES = 3
SMALL = ('--height', HEIGHT, '--provider', 'cpu')
RAW, COMPRESSED = '/front/image_raw', '/rear/image_raw/compressed'
Run = Callable[..., 'subprocess.CompletedProcess[str]']


@pytest.fixture(scope='module')
def frames() -> list[np.ndarray]:
    photo = cv2.imread(str(ROOT / 'test' / 'data' / 'park.jpg'))
    return recorded.clip(cv2.resize(photo, (442, 248)), FRAMES)


def recording(frames: list[np.ndarray]) -> list[tuple[str, int, object]]:
    """Return what two cameras and somebody who talks leave in a bag."""
    messages: list[tuple[str, int, object]] = []
    for number, (stamp, frame) in enumerate(zip(recorded.stamps(len(frames)), frames)):
        messages += [
            ('/words', stamp, recorded.text(f'word {number}')),
            (RAW, stamp + recorded.DELAY_NS, recorded.raw(frame, stamp)),
            (COMPRESSED, stamp + 2 * recorded.DELAY_NS, recorded.compressed(frame, stamp)),
        ]
    return messages


@pytest.fixture(params=['sqlite3', 'mcap'])
def bag(request: pytest.FixtureRequest, frames: list[np.ndarray], tmp_path: Path) -> Path:
    return recorded.write_bag(tmp_path / 'in', recording(frames), request.param)


@pytest.fixture(scope='module')
def truth(frames: list[np.ndarray]) -> list[People2D]:
    estimator = PoseEstimator(load_model('body_mobilenet_thin'), EngineParameters('cpu'))
    return [estimator.estimate(frame, InputParameters(height_px=HEIGHT)) for frame in frames]


def process(*arguments: object) -> int:
    return main([*map(str, arguments), *map(str, SMALL)])


def given(follower: PersonFollower, people: list[People2D]) -> list[People2D]:
    """Return people found in images one by one as they are published."""
    stamps = recorded.stamps(len(people))
    return [follower.update(one, stamp) for one, stamp in zip(people, stamps, strict=True)]


def by_topic(bag: Path) -> dict[str, list[tuple[int, Any]]]:
    """Return times and messages of each topic; the reader knows no type but from the bag."""
    found: dict[str, list[tuple[int, Any]]] = {}
    with AnyReader([bag]) as reader:
        for connection, time_ns, data in reader.messages():
            message = reader.deserialize(data, connection.msgtype)
            found.setdefault(connection.topic, []).append((time_ns, message))
    return found


def mcap_by_topic(bag: Path) -> dict[str, list[tuple[int, Any]]]:
    """Return the same as a library reads it that has nothing to do with the one that wrote."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for topic, time_ns, message in recorded.read_mcap(bag):
        found.setdefault(topic, []).append((time_ns, message))
    return found


def as_arrays(message: Any) -> Any:
    """Return a message whose numbers are lists as one whose numbers are arrays."""
    for person in message.people:
        for name in ('body', 'face', 'left_hand', 'right_hand'):
            keypoints = getattr(person, name)
            for field in ('x', 'y', 'score'):
                setattr(keypoints, field, np.array(getattr(keypoints, field), np.float32))
    return message


def assert_same(found: People2D, truth: People2D) -> None:
    assert (found.skeleton, found.image_size) == (truth.skeleton, truth.image_size)
    np.testing.assert_array_equal(found.scores, truth.scores)
    np.testing.assert_array_equal(found.body.xy, truth.body.xy)
    np.testing.assert_array_equal(found.body.scores, truth.body.scores)


def test_people_are_those_of_the_estimator_and_the_rest_stays(
    bag: Path, truth: list[People2D], tmp_path: Path
) -> None:
    assert process(bag, tmp_path / 'out', '--format', 'mcap', '--no-follow') == 0
    before, after = by_topic(bag), by_topic(tmp_path / 'out')
    assert all(repr(after[topic]) == repr(messages) for topic, messages in before.items())
    assert sorted(set(after) - set(before)) == [
        '/front/people/keypoints', '/front/people/skeletons', '/rear/people/keypoints',
        '/rear/people/skeletons',
    ]
    found = mcap_by_topic(tmp_path / 'out')
    for image, namespace in ((RAW, '/front/people'), (COMPRESSED, '/rear/people')):
        keypoints = found[f'{namespace}/keypoints']
        assert [time_ns for time_ns, _ in keypoints] == [t for t, _ in before[image]]
        for people, stamp, (_, message) in zip(
            truth, recorded.stamps(FRAMES), keypoints, strict=True
        ):
            assert_same(people_from_msg(as_arrays(message)), people)
            assert (stamp_ns(message), message.header.frame_id) == (stamp, 'camera_optical')
        ((time_ns, skeletons),) = found[f'{namespace}/skeletons']
        assert time_ns <= keypoints[0][0]
        assert [one.name for one in skeletons_from_msg(skeletons)] == ['coco_18']
    assert sum(map(len, truth)) >= FRAMES


def test_people_are_followed_as_pose_node_does(
    frames: list[np.ndarray], truth: list[People2D], tmp_path: Path
) -> None:
    bag = recorded.write_bag(tmp_path / 'in', recording(frames))
    skeleton = get_skeleton('coco_18')
    for smooth in (False, True):
        out = tmp_path / f'out_{smooth}'
        assert process(bag, out, *(['--smooth'] if smooth else [])) == 0
        for namespace in ('/front/people', '/rear/people'):
            follower = PersonFollower(
                skeleton, PersonTracker(TrackingParameters()), SmoothingParameters(enabled=smooth)
            )
            found = [people_from_msg(one) for _, one in by_topic(out)[f'{namespace}/keypoints']]
            for one, expected in zip(found, given(follower, truth), strict=True):
                assert_same(one, expected)
                assert one.ids.tolist() == expected.ids.tolist()
                assert 0 not in one.ids
        assert len({number for one in found for number in one.ids.tolist()}) < FRAMES * 2


def test_only_new_of_one_topic_to_another_namespace_at_a_rate(
    bag: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ('--only-new', '--image', f'{RAW}:=/people', '--rate-hz', 5)
    assert process(bag, tmp_path / 'out', *arguments) == 0
    assert {path.suffix for path in (tmp_path / 'out').iterdir()} == {
        path.suffix for path in bag.iterdir()
    }
    found = by_topic(tmp_path / 'out')
    assert sorted(found) == ['/people/keypoints', '/people/skeletons']
    stamps = [stamp_ns(message) for _, message in found['/people/keypoints']]
    assert stamps == recorded.stamps(FRAMES)[::2]
    assert '2 images, ' in (out := capsys.readouterr().out)
    assert '1 images left out by the rate' in out


def test_faces_hands_and_feet_go_to_keypoints_full(tmp_path: Path) -> None:
    photo = cv2.imread(str(ROOT / 'test' / 'data' / 'park.jpg'))
    bag = recorded.write_bag(tmp_path / 'in', recording([photo])[:2])
    assert main([str(bag), str(tmp_path / 'out'), '--face', '--hands', '--feet']) == 0
    found = by_topic(tmp_path / 'out')
    ((_, body),), ((_, full),) = (
        found['/front/people/keypoints'], found['/front/people/keypoints_full'],
    )
    assert (body.skeleton, body.face_skeleton, body.hand_skeleton) == ('coco_18', '', '')
    assert (full.skeleton, full.face_skeleton, full.hand_skeleton) == (
        'body_25', 'face_70', 'hand_21',
    )
    found_people = people_from_msg(full)
    # Their faces are turned away.
    assert (found_people.right_hand.scores > 0).sum(axis=1).tolist() == [21, 21]
    heels = [get_skeleton('body_25').index(f'{side}_heel') for side in ('left', 'right')]
    assert (found_people.body.scores[:, heels] > 0).any(axis=1).tolist() == [True, True]
    ((_, skeletons),) = found['/front/people/skeletons']
    assert {one.name for one in skeletons.skeletons} == {
        'coco_18', 'body_25', 'face_70', 'hand_21',
    }


def test_people_in_space_lie_on_the_wall_they_are_on(tmp_path: Path) -> None:
    cameras = [wall_camera(f'cam{number}', 20.0 * number - 20.0) for number in range(3)]
    write_cameras(tmp_path / 'rig.yaml', {camera.name: camera for camera in cameras})
    stamps = recorded.stamps(3)
    messages = [
        (f'/{camera.name}/image_raw', stamp + number * recorded.DELAY_NS,
         recorded.raw(seen_on_wall(camera, 0.05 * frame), stamp + number * 1_000_000))
        for frame, stamp in enumerate(stamps) for number, camera in enumerate(cameras)
    ]  # fmt: skip
    bag = recorded.write_bag(tmp_path / 'in', messages, 'mcap')
    done = main([str(bag), str(tmp_path / 'out'), '--calibration', str(tmp_path / 'rig.yaml'),
                 '--set', 'triangulation.min_views=3', '--frame-id', 'room',
                 '--height', '256'])  # fmt: skip
    assert done == 0
    found = by_topic(tmp_path / 'out')
    messages_3d = [message for _, message in found['/people/keypoints_3d']]
    assert [stamp_ns(message) for message in messages_3d] == [t + 1_000_000 for t in stamps]
    assert messages_3d[0].header.frame_id == 'room'
    assert [one.name for one in found['/people/skeletons'][0][1].skeletons] == ['coco_18']
    everybody = [people_3d_from_msg(message) for message in messages_3d]
    for people in everybody:
        assert people.cameras == ('cam0', 'cam1', 'cam2')
        assert len(people.ids) >= 1
        assert np.nanmedian(np.abs(people.body.xyz[..., 1])) < 0.05
    # They keep who they are, and go with the photo.
    first, last = everybody[0], everybody[-1]
    common = sorted(set(first.ids.tolist()) & set(last.ids.tolist()))
    assert common
    for person in common:
        before, after = (one.body.xyz[one.ids == person][0] for one in (first, last))
        assert np.nanmedian(after[:, 0] - before[:, 0]) == pytest.approx(0.1, abs=0.03)


def test_finished_bags_are_skipped_and_new_ones_done(
    frames: list[np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded.write_bag(tmp_path / 'in' / 'monday' / 'one', recording(frames)[:2])
    assert process(tmp_path / 'in', tmp_path / 'out') == 0
    metadata = tmp_path / 'out' / 'monday' / 'one' / 'metadata.yaml'
    written = metadata.stat().st_mtime_ns
    recorded.write_bag(tmp_path / 'in' / 'two', recording(frames)[:2], 'mcap')
    capsys.readouterr()
    assert process(tmp_path / 'in', tmp_path / 'out') == 0
    assert metadata.stat().st_mtime_ns == written
    assert '1 bags written with 1 images, 1 finished before, 0 failed' in capsys.readouterr().out


def test_bag_made_with_other_settings_is_not_taken_for_finished(
    frames: list[np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bag = recorded.write_bag(tmp_path / 'in', recording(frames)[:2])
    assert process(bag, tmp_path / 'out') == 0
    assert process(bag, tmp_path / 'out', '--only-new') == 1
    assert "made with other settings (only_new 'False', now 'True')" in capsys.readouterr().err
    assert process(tmp_path / 'out', bag) == 1
    assert 'is there already and was not made by this program' in capsys.readouterr().err


def test_results_that_are_there_are_replaced(
    frames: list[np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bag = recorded.write_bag(tmp_path / 'in', recording(frames)[:2])
    assert process(bag, tmp_path / 'once') == 0
    assert process(tmp_path / 'once', tmp_path / 'twice') == 0
    assert "topic '/front/people/keypoints' is replaced" in capsys.readouterr().err
    assert repr(by_topic(tmp_path / 'twice')) == repr(by_topic(tmp_path / 'once'))


# ---- what is wrong


def test_bad_images_are_counted_and_the_others_done(
    frames: list[np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start, (frame, *_) = recorded.START_NS, frames
    cut = recorded.compressed(frame, start)
    cut = replace(cut, data=cut.data[:40])  # type: ignore[type-var, attr-defined]
    depth = recorded.raw(frame, start, encoding='32FC1')
    short = recorded.raw(frame, start)
    short = replace(short, data=short.data[:-2000])  # type: ignore[type-var, attr-defined]
    bag = recorded.write_bag(tmp_path / 'in', [
        (RAW, start, recorded.raw(frame, start)), (RAW, start + 1, short),
        ('/depth/image', start + 2, depth), (COMPRESSED, start + 3, cut),
    ])  # fmt: skip
    assert process(bag, tmp_path / 'out') == 0
    said = capsys.readouterr()
    assert '1 images, ' in said.out
    assert '3 bad images' in said.out
    assert f"'{RAW}': 1 bad images, the first: the image of height 248" in said.err
    assert "'/depth/image': 1 bad images, the first: the encoding '32FC1' needs" in said.err
    assert f"'{COMPRESSED}': 1 bad images, the first: a compressed image" in said.err
    assert len(by_topic(tmp_path / 'out')['/front/people/keypoints']) == 1


def test_bag_without_a_usable_image_fails(
    frames: list[np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = recorded.START_NS
    odd = recorded.raw(frames[0], start, encoding='odd12')
    bag = recorded.write_bag(tmp_path / 'in', [(RAW, start, odd)])
    assert process(bag, tmp_path / 'out') == 1
    assert f"no image of {RAW} could be used: '{RAW}': 1 bad images" in capsys.readouterr().err
    assert not (tmp_path / 'out').exists()


def test_one_bad_bag_does_not_stop_the_others(
    run_tool: Run, frames: list[np.ndarray], tmp_path: Path
) -> None:
    recorded.write_bag(tmp_path / 'in' / 'good', recording(frames)[:3])
    bad = recorded.write_bag(tmp_path / 'in' / 'bad', recording(frames)[:3], 'mcap')
    (file,) = bad.glob('*.mcap')
    file.write_bytes(file.read_bytes()[:-500])
    talk = recorded.write_bag(tmp_path / 'in' / 'talk', recording(frames)[:1])
    done = run_tool('process_bag', tmp_path / 'in', tmp_path / 'out', '--workers', 2, *SMALL)
    assert done.returncode == 1
    assert f"'{bad}': the bag cannot be read: " in done.stderr
    assert f"'{talk}': no image topic, only /words" in done.stderr
    assert 'Traceback' not in done.stderr
    assert '1 bags written with 2 images, 0 finished before, 2 failed' in done.stdout
    assert [path.name for path in (tmp_path / 'out').iterdir()] == ['good']


@pytest.mark.parametrize(('arguments', 'code', 'message'), [
    (('in', 'out', '--image', '/nowhere'), 1,
     f"no topic '/nowhere', expected one of {RAW}, {COMPRESSED}"),
    (('in', 'out', '--calibration', 'nowhere.yaml'), 1, "'nowhere.yaml' cannot be read"),
    (('in', 'in/out'), 1, "OUT 'in/out' is in IN 'in'"),
    (('nothing', 'out'), 1, "'nothing' does not exist"),
    (('in', 'out', '--model', 'nobody'), 1, "unknown model 'nobody'"),
    (('in', 'out', '--workers', '0'), 2, '--workers is 0, expected 1 or more'),
    (('in', 'out', '--rate-hz', 'nan'), 2, '--rate-hz is nan'),
    (('in', 'out', '--set', 'a=1'), 2, '--cameras and --set need --calibration'),
])  # fmt: skip
def test_wrong_arguments_are_named(
    frames: list[np.ndarray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    recorded.write_bag(tmp_path / 'in', recording(frames)[:3])
    try:
        found = main(arguments)
    except SystemExit as error:
        found = error.code  # type: ignore[assignment]
    assert (found, message in (text := capsys.readouterr().err)) == (code, True), text
    assert not (tmp_path / 'out').exists()
