# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The models in ``models/``: files, metadata, documentation and what the networks compute."""

from __future__ import annotations

import hashlib
from pathlib import Path
import re
from typing import Any

import numpy as np
import onnxruntime
import pytest
import yaml

from openpose_ros.networks.landmark_metadata import LandmarkModel
from openpose_ros.networks.landmark_metadata import read_landmark_metadata
from openpose_ros.networks.landmark_metadata import RegressorOutputs
from openpose_ros.networks.loading import load_model
from openpose_ros.networks.loading import read_onnx
from openpose_ros.networks.metadata import PafModel
from openpose_ros.networks.metadata import read_metadata

MODELS = Path(__file__).resolve().parents[3] / 'models'
README = (MODELS / 'README.md').read_text(encoding='utf-8')
NAMES = sorted(path.stem for path in MODELS.glob('*.yaml'))

# Outputs here and in the reference conversion, and the file of the latter.
LANDMARK_REFERENCES = {
    'hand_mediapipe_full': (
        {'landmarks': 'landmarks', 'score': 'hand_score', 'handedness': 'handedness'},
        'hand_landmark_full.onnx',
    ),
    'face_mediapipe_468': (
        {'landmarks': 'landmarks', 'score': 'face_score_logit'}, 'face_landmark_468.onnx'
    ),
    'iris_mediapipe': ({'landmarks': 'iris'}, 'iris_landmark.onnx'),
    'feet_mediapipe_full': (
        {'landmarks': 'landmarks', 'score': 'pose_score'}, 'pose_landmark_full.onnx'
    ),
}
LANDMARK_NAMES = sorted(LANDMARK_REFERENCES)

# Batch, height and width: even, odd, mixed, batches, and less than one map cell.
SIZES = [(1, 64, 96), (2, 97, 131), (1, 50, 41), (2, 8, 8), (1, 3, 5)]


def shipped(name: str) -> PafModel:
    """Return a model of this source tree, whatever is installed."""
    return read_metadata(MODELS / f'{name}.yaml')


def shipped_landmark(name: str) -> LandmarkModel:
    """Return a landmark model of this source tree, whatever is installed."""
    return read_landmark_metadata(MODELS / f'{name}.yaml')


def shipped_any(name: str) -> PafModel | LandmarkModel:
    return shipped_landmark(name) if name in LANDMARK_NAMES else shipped(name)


def session(data: bytes) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(data, providers=['CPUExecutionProvider'])


def image(batch: int, height: int, width: int) -> np.ndarray:
    generator = np.random.default_rng(height * width)
    return generator.integers(0, 256, (batch, 3, height, width)).astype(np.float32)


def test_models_has_the_default_models() -> None:
    assert sorted(['body_mobilenet_thin', *LANDMARK_NAMES]) == NAMES


@pytest.mark.parametrize('name', NAMES)
def test_shipped_onnx_file_is_the_one_of_its_metadata(name: str) -> None:
    model = shipped_any(name)
    assert model.name == name
    assert model.onnx_path == MODELS / f'{name}.onnx'
    assert hashlib.sha256(read_onnx(model)).hexdigest() == model.sha256


@pytest.mark.parametrize('name', NAMES)
def test_readme_states_hash_and_licence_of_shipped_model(name: str) -> None:
    model = shipped_any(name)
    chapter = README[README.index(f'### `{name}`'):]
    assert f'| sha256 of `{name}.onnx` | `{model.sha256}` |' in chapter
    assert f'| licence | {model.licence}' in chapter


def test_every_onnx_file_has_metadata() -> None:
    assert sorted(path.stem for path in MODELS.glob('*.onnx')) == NAMES


def check_outputs(model: PafModel, size: tuple[int, int, int]) -> None:
    batch, height, width = size
    names = [model.outputs.heatmaps, model.outputs.pafs]
    heatmaps, pafs = session(read_onnx(model)).run(names, {'image': image(*size)})
    cells = (-(-height // int(model.stride)), -(-width // int(model.stride)))
    assert heatmaps.shape == (batch, model.heatmap_channels(), *cells)
    assert pafs.shape == (batch, model.paf_channels(), *cells)


@pytest.mark.parametrize('size', SIZES)
def test_default_model_gives_the_maps_of_its_metadata(size: tuple[int, int, int]) -> None:
    check_outputs(shipped('body_mobilenet_thin'), size)


def test_users_model_gives_the_maps_of_its_metadata(hpe0001_yaml: Path) -> None:
    check_outputs(load_model(str(hpe0001_yaml)), (2, 64, 96))


@pytest.mark.parametrize('size', SIZES)
def test_default_model_equals_reference_conversion(
    size: tuple[int, int, int], reference_mobilenet: Path
) -> None:
    names = ['heatmaps', 'pafs']
    feed = {'image': image(*size)}
    found = session(read_onnx(shipped('body_mobilenet_thin'))).run(names, feed)
    expected = session(reference_mobilenet.read_bytes()).run(names, feed)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0.0, atol=1e-4)


def crops(batch: int, size: int) -> np.ndarray:
    """Return smooth images, which the networks have seen more of than noise, 0..1."""
    generator = np.random.default_rng(batch)
    coarse = generator.random((batch, 3, 8, 8), np.float32)
    factor = size // 8
    return np.repeat(np.repeat(coarse, factor, axis=2), factor, axis=3)


@pytest.mark.parametrize('name', LANDMARK_NAMES)
def test_landmark_model_gives_the_outputs_of_its_metadata(name: str) -> None:
    model = shipped_landmark(name)
    outputs = model.outputs
    assert isinstance(outputs, RegressorOutputs)
    network = session(read_onnx(model))
    assert [item.name for item in network.get_outputs()] == list(outputs.names())
    assert [item.shape for item in network.get_inputs()] == [
        ['batch', 3, model.size_px, model.size_px]
    ]
    for batch in (1, 2, 5):
        found = network.run(list(outputs.names()), {'image': crops(batch, model.size_px)})
        assert found[0].shape == (batch, outputs.points * len(outputs.values))
        assert all(item.shape == (batch, 1) for item in found[1:])


@pytest.mark.parametrize('name', LANDMARK_NAMES)
@pytest.mark.parametrize('batch', [1, 2, 5])
def test_landmark_model_equals_reference_conversion(
    name: str, batch: int, reference_model: Any
) -> None:
    outputs, file = LANDMARK_REFERENCES[name]
    model = shipped_landmark(name)
    feed = {'image': crops(batch, model.size_px)}
    expected = session(reference_model(file).read_bytes()).run(list(outputs.values()), feed)
    found = session(read_onnx(model)).run(list(outputs), feed)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other.reshape(one.shape), rtol=0.0, atol=1e-4)


@pytest.mark.parametrize('name', LANDMARK_NAMES)
def test_landmark_model_treats_each_crop_of_a_batch_alone(name: str) -> None:
    model = shipped_landmark(name)
    network, images = session(read_onnx(model)), crops(3, model.size_px)
    together = network.run(None, {'image': images})
    for number in range(len(images)):
        alone = network.run(None, {'image': images[number:number + 1]})
        for one, other in zip(alone, together, strict=True):
            np.testing.assert_allclose(one[0], other[number], rtol=0.0, atol=1e-3)


def readme_examples() -> list[Any]:
    return [yaml.safe_load(text) for text in re.findall('```yaml\n(.*?)```', README, re.DOTALL)]


def test_readme_example_of_a_users_model_is_right(
    write_model: Any, hpe0001_yaml: Path
) -> None:
    example = read_metadata(write_model(readme_examples()[0]))
    model = load_model(str(hpe0001_yaml))
    for key in ('name', 'skeleton', 'sha256', 'input', 'outputs', 'stride', 'background'):
        assert getattr(example, key) == getattr(model, key)


def test_readme_example_of_an_own_skeleton_is_right(
    write_model: Any, metadata: dict[str, Any]
) -> None:
    metadata.update(readme_examples()[1])
    skeleton = read_metadata(write_model(metadata)).skeleton
    assert (skeleton.name, len(skeleton.parts), len(skeleton.limbs)) == ('car', 4, 4)
    assert [limb.drawn for limb in skeleton.limbs] == [True, True, True, False]


def test_readme_example_of_a_heatmap_network_is_right(write_model: Any) -> None:
    example = readme_examples()[2]
    # The file is the user's own.
    example['sha256'] = 'a' * 64
    model = read_landmark_metadata(write_model(example))
    assert (model.kind, model.skeleton.name, model.size_px) == ('heatmaps', 'hand_21', 368)
    assert (model.mirror, model.input.colour) == ('left', 'bgr')


def points_of(name: str) -> dict[str, tuple[int, ...]]:
    mapping = shipped_landmark(name).points
    return dict(zip(mapping.parts, mapping.sources, strict=True))


def test_face_model_gives_all_parts_but_the_pupils() -> None:
    model, sources = shipped_landmark('face_mediapipe_468'), points_of('face_mediapipe_468')
    assert set(model.skeleton.parts) - set(sources) == {'right_pupil', 'left_pupil'}
    # A few that can be read off the published mesh: chin, corners of eyes and mouth, nose.
    assert sources['jaw_9'] == (152,)
    assert (sources['right_eye_1'], sources['left_eye_4']) == ((33,), (263,))
    assert (sources['outer_lip_1'], sources['outer_lip_7']) == ((61,), (291,))
    assert sources['nose_bridge_1'] == (168,)
    assert (sources['jaw_4'], sources['jaw_14']) == ((132, 58), (361, 288))


def test_face_model_gives_left_and_right_on_either_side_of_a_face() -> None:
    """Check the mapping against geometry: the network's answer to a smooth image is a face."""
    model = shipped_landmark('face_mediapipe_468')
    found = session(read_onnx(model)).run(['landmarks'], {'image': crops(3, model.size_px)})[0]
    parts = model.points.apply(found.reshape(3, 468, 3))
    x, y = (dict(zip(model.points.parts, parts[..., axis].T, strict=True)) for axis in (0, 1))
    skeleton = model.skeleton
    mirrored = [skeleton.parts[number] for number in skeleton.mirrored_parts]
    pairs = zip(skeleton.parts, mirrored, strict=True)
    sides = [pair for pair in pairs if pair[0].startswith('right') and pair[0] in x]
    assert len(sides) == 11
    # iBUG's numbers go around the mouth, from the corner on the person's right.
    sides += [(f'jaw_{number}', f'jaw_{18 - number}') for number in range(1, 9)]
    sides += [('outer_lip_1', 'outer_lip_7'), ('outer_lip_12', 'outer_lip_8')]
    sides += [('outer_lip_2', 'outer_lip_6'), ('inner_lip_8', 'inner_lip_6')]
    for right, left in sides:
        assert (x[right] < x[left]).all(), (right, left)
    for above, below in (
        ('right_brow_3', 'right_eye_2'), ('right_eye_2', 'right_eye_6'),
        ('left_eye_3', 'left_eye_5'), ('nose_bridge_1', 'nose_bridge_4'),
        ('nose_base_3', 'outer_lip_4'), ('outer_lip_4', 'inner_lip_3'),
        ('inner_lip_7', 'outer_lip_10'), ('outer_lip_10', 'jaw_9'),
    ):
        assert (y[above] < y[below]).all(), (above, below)


def test_iris_model_gives_the_pupil_of_either_side() -> None:
    assert points_of('iris_mediapipe') == {'right_pupil': (0,), 'left_pupil': (0,)}
    assert shipped_landmark('iris_mediapipe').mirror == 'right'


def test_feet_model_gives_ankles_heels_and_big_toes() -> None:
    assert points_of('feet_mediapipe_full') == {
        'left_ankle': (27,), 'right_ankle': (28,), 'left_heel': (29,), 'right_heel': (30,),
        'left_big_toe': (31,), 'right_big_toe': (32,),
    }


def test_hand_model_gives_the_parts_in_their_order() -> None:
    model = shipped_landmark('hand_mediapipe_full')
    assert model.points.parts == model.skeleton.parts
    assert model.points.sources == tuple((number,) for number in range(21))
