# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The program on small media; the network input is kept small because only speed depends on it."""

from __future__ import annotations

from collections.abc import Callable
import json
from pathlib import Path
import signal
import subprocess
import sys
import time

import cv2
import pytest

from openpose_ros.pose2d.engine import available_providers
from openpose_ros.skeletons import get_skeleton
from openpose_ros.tools import detect

ROOT = Path(__file__).parents[3]
SMALL = ('--height', '64')
Run = Callable[..., 'subprocess.CompletedProcess[str]']


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def frames_of(video: Path) -> list[tuple[int, ...]]:
    """Return the shapes of a video's frames."""
    capture = cv2.VideoCapture(str(video))
    shapes = []
    while True:
        read, pixels = capture.read()
        if not read:
            return shapes
        shapes.append(pixels.shape)


def test_detect_of_a_photo_writes_the_person(
    run_tool: Run, shared_photo: Path, tmp_path: Path
) -> None:
    done = run_tool('detect', shared_photo, '--json', tmp_path, '--overlay', tmp_path / 'drawn')
    assert done.returncode == 0, done.stderr
    assert done.stderr == ''  # no progress bar where nobody watches
    assert '1 frames, 1 people' in done.stdout
    document = json.loads((tmp_path / f'{shared_photo.stem}_keypoints.json').read_text())
    assert document['version'] == 1.3
    (person,) = document['people']
    reference = json.loads(
        shared_photo.with_name(f'{shared_photo.stem}_keypoints.json').read_text()
    )
    theirs = reference['people'][0]['pose_keypoints_2d']
    nose = person['pose_keypoints_2d'][:2]
    assert nose == pytest.approx(theirs[:2], abs=5)
    drawn = cv2.imread(str(tmp_path / 'drawn' / f'{shared_photo.stem}_rendered.png'))
    photo = cv2.imread(str(shared_photo))
    assert drawn.shape == photo.shape
    assert (drawn != photo).any()


def test_detect_face_hands_and_feet_fill_all_keys(
    run_tool: Run, shared_photo: Path, tmp_path: Path
) -> None:
    done = run_tool(
        'detect', shared_photo, '--face', '--hands', '--feet', '--json', tmp_path,
        '--overlay', tmp_path / 'all', '--provider', 'cpu',
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].endswith('height 368 px, face, hands, feet')
    name = f'{shared_photo.stem}_keypoints.json'
    (person,) = json.loads((tmp_path / name).read_text())['people']
    lengths = {key: len(values) // 3 for key, values in person.items() if key.endswith('_2d')}
    assert lengths == {
        'pose_keypoints_2d': 25, 'face_keypoints_2d': 70, 'hand_left_keypoints_2d': 21,
        'hand_right_keypoints_2d': 21,
    }  # fmt: skip
    theirs = json.loads(shared_photo.with_name(name).read_text())['people'][0]
    nose_tip = 3 * get_skeleton('face_70').index('nose_bridge_4')
    nose = person['pose_keypoints_2d'][:2]
    assert person['face_keypoints_2d'][nose_tip + 2] > 0
    assert person['face_keypoints_2d'][nose_tip : nose_tip + 2] == pytest.approx(nose, abs=12)
    assert nose == pytest.approx(theirs['pose_keypoints_2d'][:2], abs=5)
    detect.main([str(shared_photo), '--face', '--overlay', str(tmp_path / 'face')])
    detect.main([str(shared_photo), '--overlay', str(tmp_path / 'body')])
    body, face, everything = (
        cv2.imread(str(tmp_path / folder / f'{shared_photo.stem}_rendered.png'))
        for folder in ('body', 'face', 'all')
    )
    assert (face != body).any(), 'the face is drawn'
    assert (everything != face).any()


def test_detect_face_alone_leaves_the_rest(
    run_tool: Run, make_image: Callable[..., Path], tmp_path: Path
) -> None:
    done = run_tool('detect', make_image('nobody.png'), *SMALL, '--face', '--json', tmp_path / 'o')
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].endswith('height 64 px, face')
    assert json.loads((tmp_path / 'o' / 'nobody_keypoints.json').read_text())['people'] == []


def test_detect_coco_writes_the_people_by_the_number_of_their_image(
    run_tool: Run, shared_photo: Path, make_image: Callable[..., Path], tmp_path: Path
) -> None:
    photo = tmp_path / 'images' / 'photo_000139.jpg'
    photo.parent.mkdir()
    photo.write_bytes(shared_photo.read_bytes())
    files = tmp_path / 'json', tmp_path / 'out' / 'results.json'
    nobody = make_image('nobody_7.png')
    done = run_tool('detect', photo, nobody, '--json', files[0], '--coco', files[1])
    assert done.returncode == 0, done.stderr
    (entry,) = json.loads(files[1].read_text())
    assert (entry['image_id'], entry['category_id']) == (139, 1)
    (person,) = json.loads((files[0] / 'photo_000139_keypoints.json').read_text())['people']
    theirs, ours = person['pose_keypoints_2d'], entry['keypoints']
    # nose, then COCO's left eye, which is part 15 of coco_18
    assert ours[:6] == theirs[:3] + theirs[45:48]


def test_detect_coco_of_an_image_without_number_is_refused(
    run_tool: Run, make_image: Callable[..., Path], tmp_path: Path
) -> None:
    path = tmp_path / 'results.json'
    done = run_tool('detect', make_image('nobody.png'), *SMALL, '--coco', path)
    assert done.returncode == 1
    assert done.stderr.startswith("detect: 'nobody' has no number")
    assert json.loads(path.read_text()) == []


def test_detect_without_an_output_prints_a_line_per_frame(
    run_tool: Run, shared_photo: Path, make_image: Callable[..., Path]
) -> None:
    done = run_tool(
        'detect', shared_photo, make_image('nobody.png'), *SMALL, '--provider', 'cpu'
    )
    lines = done.stdout.splitlines()
    assert lines[0] == 'model body_mobilenet_thin (coco_18), provider cpu, height 64 px'
    assert lines[1].startswith(f'{shared_photo.stem}: ')
    assert lines[2].startswith('nobody: 0 people, ')
    assert lines[3].startswith('2 frames, ')


def test_detect_of_a_video_names_files_as_openpose_and_keeps_the_rate(
    run_tool: Run, make_clip: Callable[..., Path], tmp_path: Path
) -> None:
    video = tmp_path / 'out.mp4'
    clip = make_clip('clip.avi', 8)
    done = run_tool(
        'detect', clip, *SMALL, '--json', tmp_path / 'a' / 'b', '--video', video,
        '--frame-first', 1, '--frame-last', 6, '--frame-step', 2,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert names(tmp_path / 'a' / 'b') == [
        f'clip_{index:012d}_keypoints.json' for index in (1, 3, 5)
    ]
    assert frames_of(video) == [(48, 64, 3)] * 3
    rate = cv2.VideoCapture(str(video)).get(cv2.CAP_PROP_FPS)
    assert rate == pytest.approx(12.5 / 2, abs=0.01)


def test_detect_of_a_folder_with_a_damaged_image_reports_it_and_goes_on(
    run_tool: Run, make_image: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_image('in/1.png').parent
    whole = make_image('in/2.jpg', seed=1).read_bytes()
    (folder / '2.jpg').write_bytes(whole[:100])
    make_image('in/3.png', seed=2)
    done = run_tool('detect', folder, *SMALL, '--json', tmp_path / 'out')
    assert done.returncode == 0
    assert names(tmp_path / 'out') == ['1_keypoints.json', '3_keypoints.json']
    assert '2.jpg' in done.stderr
    assert '2 frames, 0 people, 1 bad frames' in done.stdout


def test_detect_of_images_of_other_sizes_and_one_name_loses_none(
    run_tool: Run, make_image: Callable[..., Path], tmp_path: Path
) -> None:
    first, second = make_image('a/x.png'), make_image('b/x.png', size=(31, 47))
    video, out = tmp_path / 'v.avi', tmp_path / 'out'
    done = run_tool('detect', first, second, *SMALL, '--json', out, '--video', video)
    assert done.returncode == 0, done.stderr
    assert names(out) == ['x_2_keypoints.json', 'x_keypoints.json']
    assert "'x' is written as 'x_2'" in done.stderr
    assert frames_of(video) == [(48, 64, 3)] * 2


def test_detect_of_an_input_that_is_not_there_does_the_others_and_fails(
    run_tool: Run, make_image: Callable[..., Path], tmp_path: Path
) -> None:
    done = run_tool(
        'detect', tmp_path / 'gone.png', make_image('x.png'), *SMALL, '--json', tmp_path / 'out'
    )
    assert done.returncode == 1
    assert 'gone.png' in done.stderr
    assert 'Traceback' not in done.stderr
    assert '1 frames, 0 people, 1 inputs failed' in done.stdout
    assert names(tmp_path / 'out') == ['x_keypoints.json']


def test_detect_interrupted_ends_with_whole_files(
    make_clip: Callable[..., Path], tmp_path: Path
) -> None:
    clip, out, video = make_clip('clip.avi', 2000), tmp_path / 'out', tmp_path / 'out.mp4'
    command = [sys.executable, '-m', 'openpose_ros.tools.detect', str(clip), '--height', '160',
               '--json', str(out), '--video', str(video)]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30
    while len(list(out.glob('*.json')) if out.is_dir() else ()) < 3:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=30)
    assert process.returncode == 130
    assert complained == ''
    written = names(out)
    assert f'interrupted: {len(written)} frames' in said
    for name in written:
        assert json.loads((out / name).read_text())['people'] == []
    assert len(frames_of(video)) == len(written) < 2000


def test_detect_whose_reader_goes_away_ends_quietly(make_clip: Callable[..., Path]) -> None:
    command = [sys.executable, '-m', 'openpose_ros.tools.detect', str(make_clip('clip.avi', 50)),
               *SMALL]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=30) == 1
    assert process.stderr.read() == ''
    process.stderr.close()


@pytest.mark.parametrize(
    ('scale', 'expected'),
    [
        (0, lambda x, y: (x, y)),
        (1, lambda x, y: (x * 368 / 256, y * 368 / 256)),  # of the network input
        (2, lambda x, y: (x, y)),
        (3, lambda x, y: (x / 255, y / 255)),
        (4, lambda x, y: (2 * x / 255 - 1, 2 * y / 255 - 1)),
    ],
)
def test_detect_scales_keypoints_as_openpose(
    shared_photo: Path,
    tmp_path: Path,
    scale: int,
    expected: Callable[[float, float], tuple[float, float]],
) -> None:
    square = tmp_path / 'square.png'
    cv2.imwrite(str(square), cv2.imread(str(shared_photo))[:256, :256])
    plain, scaled = tmp_path / 'plain', tmp_path / 'scaled'
    assert cv2.imread(str(square)).shape == (256, 256, 3)
    assert detect.main([str(square), '--json', str(plain)]) == 0
    assert detect.main(
        [str(square), '--json', str(scaled), '--keypoint-scale', str(scale)]
    ) == 0
    pixels, found = (
        json.loads((folder / 'square_keypoints.json').read_text())['people'][0][
            'pose_keypoints_2d'
        ]
        for folder in (plain, scaled)
    )
    assert found[2] == pixels[2] > 0.1  # the nose is seen
    assert found[:2] == pytest.approx(expected(*pixels[:2]), abs=1e-4)


@pytest.mark.parametrize('option', ['--json', '--overlay', '--video'])
def test_detect_into_a_folder_that_cannot_be_made_fails_before_any_work(
    capsys: pytest.CaptureFixture[str],
    make_image: Callable[..., Path],
    tmp_path: Path,
    option: str,
) -> None:
    (tmp_path / 'file').write_text('')
    target = tmp_path / 'file' / 'out.mp4'
    assert detect.main([str(make_image('x.png')), option, str(target)]) == 1
    said = capsys.readouterr()
    assert said.out == ''
    assert str(tmp_path / 'file') in said.err and 'cannot write' in said.err


@pytest.mark.skipif(not Path('/proc/self').is_dir(), reason='there is no /proc')
@pytest.mark.parametrize('option', ['--json', '--overlay'])
def test_detect_into_a_folder_that_takes_no_files_fails_before_any_work(
    capsys: pytest.CaptureFixture[str], make_image: Callable[..., Path], option: str
) -> None:
    # A folder that exists and refuses even root, whom permissions do not stop.
    assert detect.main([str(make_image('x.png')), option, '/proc/self']) == 1
    said = capsys.readouterr()
    assert said.out == ''
    assert said.err.startswith(f"detect: {option}: cannot write into folder '/proc/self': ")
    assert said.err.count('\n') == 1


def test_detect_never_writes_the_video_over_its_input(
    capsys: pytest.CaptureFixture[str], make_clip: Callable[..., Path]
) -> None:
    clip = make_clip('clip.avi', 2)
    before = clip.read_bytes()
    assert detect.main([str(clip), '--video', str(clip)]) == 1
    assert 'is an input' in capsys.readouterr().err
    assert clip.read_bytes() == before


@pytest.mark.parametrize(
    ('arguments', 'word'),
    [
        (['x.png', '--model', 'other'], "unknown model 'other'"),
        (['x.png', '--provider', 'abacus'], "'abacus'"),
    ],
)
def test_detect_with_what_cannot_be_had_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    assert detect.main(arguments) == 1
    message = capsys.readouterr().err
    assert message.startswith('detect: ') and message.count('\n') == 1
    assert word in message


@pytest.mark.skipif('cuda' in available_providers(), reason='this ONNX Runtime has CUDA')
def test_detect_refuses_another_provider_than_asked_for(
    capsys: pytest.CaptureFixture[str], make_image: Callable[..., Path]
) -> None:
    assert detect.main([str(make_image('x.png')), '--provider', 'cuda']) == 1
    assert "would run on 'cpu', expected 'cuda'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ('arguments', 'word'),
    [
        ([], 'INPUT'),
        (['x.png', '--height', '5'], 'input.height_px'),
        (['x.png', '--height', 'tall'], '--height'),
        (['x.png', '--max-people', '-1'], 'people.max_people'),
        (['x.png', '--keypoint-scale', '5'], '--keypoint-scale'),
        (['x.png', '--frame-step', '0'], 'frame step'),
        (['x.png', '--frame-first', '3', '--frame-last', '2'], 'last frame'),
    ],
)
def test_detect_with_wrong_arguments_ends_with_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        detect.main(arguments)
    assert caught.value.code == 2
    assert word in capsys.readouterr().err


def test_detect_of_nothing_readable_fails(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / 'bad').mkdir()
    (tmp_path / 'bad' / 'x.png').write_bytes(b'no image')
    assert detect.main([str(tmp_path / 'bad'), *SMALL]) == 1
    assert '0 frames, 0 people, 1 bad frames' in capsys.readouterr().out
