# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from tiny_networks import tiny_network

from openpose_ros.pose2d.engine import _provider_options
from openpose_ros.pose2d.engine import _wanted_providers
from openpose_ros.pose2d.engine import available_providers
from openpose_ros.pose2d.engine import EngineError
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.engine import OnnxEngine
from openpose_ros.pose2d.engine import usable_cores

NETWORK = tiny_network({'heatmaps': 3, 'pafs': 4})
# A provider that exists and that the ONNX Runtime at hand was not built with.
ABSENT = 'coreml' if 'coreml' not in available_providers() else 'qnn'


def engine(network: bytes = NETWORK, **parameters: Any) -> OnnxEngine:
    return OnnxEngine(network, EngineParameters(**{'providers': 'cpu', **parameters}), name='tiny')


def image(height: int = 16, width: int = 24, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((1, 3, height, width), np.float32)


def block_means(tensor: np.ndarray) -> np.ndarray:
    """Return the sum over the colours of the mean of each 8 x 8 block, ``(h, w)``."""
    height, width = tensor.shape[2] // 8, tensor.shape[3] // 8
    blocks = tensor[0].reshape(3, height, 8, width, 8)
    return blocks.mean(axis=(2, 4)).sum(axis=0)


# ---- running


def test_run_returns_the_outputs_asked_for_in_that_order() -> None:
    tensor = image()
    pafs, heatmaps = engine().run(tensor, ('pafs', 'heatmaps'))
    assert heatmaps.shape == (1, 3, 2, 3)
    assert pafs.shape == (1, 4, 2, 3)
    assert heatmaps.dtype == np.float32
    for channel in range(4):
        np.testing.assert_allclose(
            pafs[0, channel], (channel + 1) * block_means(tensor), rtol=1e-5
        )


def test_run_of_a_float16_network_takes_and_gives_float32() -> None:
    tensor = image()
    (heatmaps,) = engine(tiny_network({'heatmaps': 2}, half=True)).run(tensor, ('heatmaps',))
    assert heatmaps.dtype == np.float32
    np.testing.assert_allclose(heatmaps[0, 0], block_means(tensor), rtol=2e-3)


def test_run_of_a_size_the_network_refuses_raises() -> None:
    fixed = engine(tiny_network({'heatmaps': 2}, size=(16, 24)))
    message = r"model 'tiny' failed on an input of shape \(1, 3, 24, 24\)"
    with pytest.raises(EngineError, match=message):
        fixed.run(image(24, 24), ('heatmaps',))


def test_run_leaves_its_input_alone() -> None:
    tensor = image()
    before = tensor.copy()
    engine().run(tensor, ('heatmaps',))
    np.testing.assert_array_equal(tensor, before)


@pytest.mark.parametrize(
    'parameters', [{'threads': 1}, {'threads': 2, 'spinning': False}, {'fp16': True}]
)
def test_run_with_other_threads_gives_the_same(parameters: dict[str, Any]) -> None:
    expected = engine().run(image(), ('pafs',))[0]
    np.testing.assert_allclose(engine(**parameters).run(image(), ('pafs',))[0], expected)


# ---- what the network is


@pytest.mark.parametrize(
    ('layout', 'size', 'expected'),
    [
        ('nchw', None, None),
        ('nchw', (16, 24), (24, 16)),
        ('nhwc', None, None),
        ('nhwc', (16, 24), (24, 16)),
    ],
)
def test_fixed_size_is_width_and_height_of_networks_that_have_one(
    layout: str, size: Any, expected: Any
) -> None:
    network = tiny_network({'heatmaps': 2}, layout=layout, size=size)
    assert engine(network).fixed_size(layout) == expected


def test_channels_are_those_of_the_file() -> None:
    first = engine(tiny_network({'heatmaps': 2, 'pafs': 5}))
    assert (first.channels('heatmaps', 'nchw'), first.channels('pafs', 'nchw')) == (2, 5)
    last = engine(tiny_network({'pafs': 5}, layout='nhwc'))
    assert last.channels('pafs', 'nhwc') == 5
    unsaid = engine(tiny_network({'pafs': 5}, declared=False))
    assert unsaid.channels('pafs', 'nchw') is None


def test_require_outputs_names_the_missing_one_and_the_others() -> None:
    engine().require_outputs(('heatmaps', 'pafs'))
    with pytest.raises(ValueError, match="'tiny' has no output 'out', its outputs: heatmaps, pa"):
        engine().require_outputs(('heatmaps', 'out'))


def test_network_with_another_number_of_axes_is_refused() -> None:
    network = tiny_network({'heatmaps': 2}, inputs=2)
    with pytest.raises(ValueError, match=r"model 'tiny' has inputs \[.*expected one with 4 axes"):
        engine(network)


@pytest.mark.parametrize(
    'content',
    [b'', b'no network', NETWORK[: len(NETWORK) // 2], NETWORK[:-3], b'\0' * 1000],
    ids=['empty', 'text', 'half', 'cut', 'zeros'],
)
def test_bytes_that_are_no_network_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="model 'tiny' is not a network that can be run"):
        engine(content)


# ---- providers


def test_auto_takes_the_best_provider_there_is() -> None:
    automatic = engine(providers='auto')
    assert automatic.provider == automatic.wanted
    assert automatic.provider in available_providers()
    assert automatic.provider != 'tensorrt'


@pytest.mark.parametrize('providers', ['cpu', 'CPU', ' cpu ', f'{ABSENT},cpu', ABSENT])
def test_engine_says_which_provider_it_got(providers: str) -> None:
    got = engine(providers=providers)
    assert got.provider == 'cpu'
    assert got.wanted == providers.split(',')[0].strip().lower()


@pytest.mark.parametrize(
    ('providers', 'expected'),
    [
        ('cpu', ('cpu',)),
        ('cuda', ('cuda', 'cpu')),
        ('tensorrt', ('tensorrt', 'cuda', 'cpu')),  # cuda takes what tensorrt cannot compile
        ('cuda,tensorrt', ('cuda', 'tensorrt', 'cpu')),
        ('tensorrt,cpu', ('tensorrt', 'cuda', 'cpu')),
    ],
)
def test_providers_are_tried_in_this_order(providers: str, expected: tuple[str, ...]) -> None:
    assert _wanted_providers(EngineParameters(providers=providers)) == expected


@pytest.mark.parametrize(
    'providers', ['gpu', '', 'cpu,', 'cuda cpu', 'CPUExecutionProvider', 'auto,cpu']
)
def test_unknown_provider_is_refused_with_the_choices(providers: str) -> None:
    with pytest.raises(ValueError, match=r"'inference\.providers' names '.*expected auto or some"):
        engine(providers=providers)


def test_strict_refuses_another_provider() -> None:
    message = f"'tiny' would run on 'cpu', expected '{ABSENT}', because 'inference.strict' is set"
    with pytest.raises(ValueError, match=message):
        engine(providers=f'{ABSENT},cpu', strict=True)


def test_strict_accepts_the_provider_asked_for() -> None:
    assert engine(providers=f'cpu,{ABSENT}', strict=True).provider == 'cpu'
    assert engine(providers='auto', strict=True).provider in available_providers()


@pytest.mark.parametrize(
    ('option', 'message'),
    [
        ('cpu', "has 'cpu', expected 'provider.key=value'"),
        ('cpu.key', "has 'cpu.key', expected 'provider.key=value'"),
        ('key=value', "has 'key=value', expected 'provider.key=value'"),
        ('.key=value', "has '.key=value', expected 'provider.key=value'"),
        ('cpu.=value', "has 'cpu.=value', expected 'provider.key=value'"),
        ('', "has '', expected 'provider.key=value'"),
        # a misspelt provider would otherwise be ignored
        ('cdua.device_id=1', "has 'cdua.device_id=1' for 'cdua', expected one of .*cuda"),
    ],
)
def test_malformed_option_is_refused(option: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"parameter 'inference.options' {message}"):
        engine(options=(option,))


def test_options_of_an_absent_provider_do_not_matter() -> None:
    assert engine(options=('cuda.cudnn_conv_algo_search=HEURISTIC',)).provider == 'cpu'


def test_provider_options_are_the_parameters_and_the_users_own_last(tmp_path: Path) -> None:
    parameters = EngineParameters(
        device_id=2,
        fp16=True,
        engine_cache_dir=str(tmp_path / 'engines'),
        options=('tensorrt.trt_fp16_enable=False', 'tensorrt.a.b=c=d', 'cuda.x=1'),
    )
    cache = str(tmp_path / 'engines')
    assert _provider_options('tensorrt', parameters) == {
        'device_id': '2',
        'trt_fp16_enable': 'False',
        'trt_engine_cache_enable': 'True',
        'trt_engine_cache_path': cache,
        'trt_timing_cache_enable': 'True',
        'trt_timing_cache_path': cache,
        'a.b': 'c=d',
    }
    assert Path(cache).is_dir()
    assert _provider_options('cuda', parameters) == {'device_id': '2', 'x': '1'}
    assert _provider_options('cpu', parameters) == {}


def test_engine_cache_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / 'file').write_text('in the way')
    parameters = EngineParameters(engine_cache_dir=str(tmp_path / 'file' / 'engines'))
    with pytest.raises(ValueError, match=r"'inference\.engine_cache_dir': .*cannot be made"):
        _provider_options('tensorrt', parameters)


def test_engine_cache_is_by_default_in_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path))
    options = _provider_options('tensorrt', EngineParameters())
    assert options['trt_engine_cache_path'] == str(tmp_path / 'openpose_ros')


def test_engine_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    engine(providers=f'{ABSENT},cuda,tensorrt,cpu').run(image(), ('pafs',))
    assert capfd.readouterr() == ('', '')


def test_usable_cores_are_those_of_the_process() -> None:
    code = (
        'import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); '
        'from openpose_ros.pose2d.engine import usable_cores; print(usable_cores())'
    )
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '1'
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
