# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
import json
from pathlib import Path
import re
import shutil
import subprocess
from typing import Any

import pytest

from openpose_ros.tools import evaluate

LAST_LINE = r'AP \d\.\d{4} AP50 \d\.\d{4} AP75 \d\.\d{4} AR \d\.\d{4}'


@pytest.fixture
def coco_dev(tmp_path: Path) -> tuple[Path, Path]:
    """Cut ten images, four of them without anybody, out of the COCO images at hand."""
    whole = Path(__file__).parents[4] / 'shared' / 'data' / 'coco_dev'
    if not whole.is_dir():
        pytest.skip(f'{whole} is not there')
    document = json.loads((whole / 'person_keypoints.json').read_text())
    somebody = {one['image_id'] for one in document['annotations'] if one['num_keypoints'] > 5}
    anybody = {one['image_id'] for one in document['annotations']}
    images = [image for image in document['images'] if image['id'] in somebody][:6]
    images += [image for image in document['images'] if image['id'] not in anybody][:4]
    wanted = {image['id'] for image in images}
    document['images'] = images
    document['annotations'] = [
        one for one in document['annotations'] if one['image_id'] in wanted
    ]
    path = tmp_path / 'annotations.json'
    path.write_text(json.dumps(document))
    return path, whole / 'images'


@pytest.mark.skipif(
    find_spec('pycocotools') is None,
    reason='pycocotools is missing: pip install "openpose_ros[evaluation]"',
)
def test_evaluate_coco_prints_and_reports_the_figures(
    run_tool: Callable[..., subprocess.CompletedProcess[str]],
    coco_dev: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    report = tmp_path / 'new' / 'report.json'
    done = run_tool(
        'evaluate', 'coco', '--annotations', coco_dev[0], '--images', coco_dev[1],
        '--report', report,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, '')
    *_, precision, ghosts, last = done.stdout.splitlines()
    assert re.fullmatch(LAST_LINE, last)
    found: dict[str, Any] = json.loads(report.read_text())
    assert last == (
        f'AP {found["ap"]:.4f} AP50 {found["ap50"]:.4f} AP75 {found["ap75"]:.4f} '
        f'AR {found["ar"]:.4f}'
    )
    assert 0.1 < found['ap'] < 1
    assert precision.startswith(f'precision {found["precision"]:.4f} at OKS 0.5: ')
    assert ghosts == f'ghosts {found["ghosts"]} in 4 images without people'
    assert (found['model'], found['images']) == ('body_mobilenet_thin', 10)
    assert found['labelled_images'] == 6


def write_annotations(folder: Path) -> Path:
    """Annotate one person in x.png."""
    path = folder / 'annotations.json'
    annotation = {
        'id': 1, 'image_id': 1, 'category_id': 1, 'keypoints': [5, 5, 2] * 17,
        'num_keypoints': 17, 'area': 100, 'bbox': [0, 0, 10, 10], 'iscrowd': 0,
    }  # fmt: skip
    document = {'images': [{'id': 1, 'file_name': 'x.png'}], 'annotations': [annotation]}
    path.write_text(json.dumps(document))
    return path


def test_evaluate_coco_of_images_in_which_nobody_is_found_is_zero(
    capsys: pytest.CaptureFixture[str], make_image: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_image('images/x.png').parent
    arguments = ['coco', '--annotations', str(write_annotations(tmp_path))]
    assert evaluate.main([*arguments, '--images', str(folder), '--height', '64']) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == 'AP 0.0000 AP50 0.0000 AP75 0.0000 AR 0.0000'


def fails(capsys: pytest.CaptureFixture[str], arguments: list[str], *words: str) -> None:
    assert evaluate.main(['coco', *arguments]) == 1
    message = capsys.readouterr().err
    assert message.startswith('evaluate: ') and message.count('\n') == 1
    for word in words:
        assert word in message


def test_evaluate_coco_without_an_image_says_which(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    annotations = write_annotations(tmp_path)
    arguments = ['--annotations', str(annotations), '--images', str(tmp_path / 'gone')]
    fails(capsys, arguments, '1 of 1 images', 'gone', 'x.png')


def test_evaluate_coco_of_a_damaged_image_says_which(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / 'x.png').write_bytes(b'no image')
    annotations = write_annotations(tmp_path)
    arguments = ['--annotations', str(annotations), '--images', str(tmp_path)]
    fails(capsys, arguments, str(tmp_path / 'x.png'), 'cannot be decoded')


def test_evaluate_coco_of_other_annotations_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / 'other.json').write_text('{}')
    arguments = ['--annotations', str(tmp_path / 'other.json'), '--images', str(tmp_path)]
    fails(capsys, arguments, 'other.json', "'images' is missing")
    shutil.rmtree(tmp_path)
    fails(capsys, arguments, 'other.json', 'No such file')


def test_evaluate_coco_fails_before_the_work_if_the_report_cannot_be_written(
    capsys: pytest.CaptureFixture[str], make_image: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_image('images/x.png').parent
    arguments = ['--annotations', str(write_annotations(tmp_path)), '--images', str(folder)]
    fails(capsys, [*arguments, '--report', str(tmp_path)], 'report', 'is a folder')


@pytest.mark.parametrize('arguments', [[], ['coco'], ['other']])
def test_evaluate_with_wrong_arguments_ends_with_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        evaluate.main(arguments)
    assert caught.value.code == 2
    assert 'usage:' in capsys.readouterr().err
