# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Network input to network outputs: the one place that knows ONNX Runtime."""

from __future__ import annotations

from dataclasses import dataclass
import os
from pathlib import Path
from typing import Any
from typing import ClassVar

import numpy as np

from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup
from openpose_ros.types import Array
from openpose_ros.types import FloatArray

try:
    import onnxruntime as ort
except ImportError as error:  # pragma: no cover - the tests need it
    raise ImportError(
        'onnxruntime is missing: pip install "openpose_ros[cpu]" or "openpose_ros[gpu]"'
    ) from error

# What `auto` tries, best first. TensorRT is left out because its first start takes minutes.
AUTO_ORDER = ('cuda', 'migraphx', 'openvino', 'cpu')
_SUFFIX = 'ExecutionProvider'
_ERRORS_ONLY = 3  # ONNX Runtime's log severity: warnings about a missing GPU are said by us


@dataclass(frozen=True)
class EngineParameters(ParameterGroup):
    """Where and how the network runs."""

    group: ClassVar[str] = 'inference'

    providers: str = param(
        'auto',
        'Execution providers of ONNX Runtime in order of preference, separated by commas: '
        'cpu, cuda, tensorrt, openvino, …, or auto.',
    )
    strict: bool = param(
        False, 'Refuse to run on another provider than the first one asked for.'
    )
    device_id: int = param(0, 'Index of the GPU.', low=0, high=63)
    threads: int = param(
        0, 'Threads of one inference on the CPU; 0: one per core it may use.', low=0, high=256
    )
    spinning: bool = param(
        True, 'Let idle threads spin: faster alone, slower beside other busy processes.'
    )
    fp16: bool = param(False, 'Half precision, where the provider offers it (tensorrt).')
    engine_cache_dir: str = param(
        '', 'Folder for compiled engines (tensorrt); empty: ~/.cache/openpose_ros.'
    )
    options: tuple[str, ...] = param(
        (), 'Further provider options, each "provider.key=value".'
    )


class EngineError(RuntimeError):
    """The network failed while it ran: out of memory, a lost device, or a broken network."""


class OnnxEngine:
    """
    A network in ONNX Runtime.

    :param network: Content of the ONNX file.
    :param parameters: Provider and its options.
    :param name: Name of the model, for messages.
    :raises ValueError: If a provider is unknown, the file is no network, or ``strict`` forbids
        the provider that was got.
    """

    def __init__(self, network: bytes, parameters: EngineParameters, *, name: str) -> None:
        self._name = name
        wanted = _wanted_providers(parameters)
        self.wanted = wanted[0]
        self._session = _make_session(network, wanted, parameters, name)
        # The fall-back to the CPU is silent, so only the finished session tells the truth.
        self.provider = _short_name(self._session.get_providers()[0])
        if parameters.strict and self.provider != self.wanted:
            raise ValueError(
                f"'{name}' would run on '{self.provider}', expected '{self.wanted}', "
                "because 'inference.strict' is set; this ONNX Runtime has "
                f'{", ".join(available_providers())}'
            )
        self._input = self._single_input()
        self.outputs = tuple(output.name for output in self._session.get_outputs())

    def _single_input(self) -> Any:
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or len(inputs[0].shape) != 4:
            raise ValueError(
                f"model '{self._name}' has inputs "
                f'{[(item.name, item.shape) for item in inputs]}, expected one with 4 axes'
            )
        return inputs[0]

    def fixed_size(self, layout: str) -> tuple[int, int] | None:
        """
        Return width and height in pixels if the network takes one size only, else ``None``.

        :param layout: ``nchw`` or ``nhwc``.
        """
        shape = self._input.shape
        height, width = shape[2:] if layout == 'nchw' else shape[1:3]
        if isinstance(height, int) and isinstance(width, int):
            return width, height
        return None

    def require_outputs(self, names: tuple[str, ...]) -> None:
        """
        Check that the network has the outputs that its metadata name.

        :param names: Names of the outputs.
        :raises ValueError: If one is missing; names the ones there are.
        """
        for output in names:
            if output not in self.outputs:
                raise ValueError(
                    f"model '{self._name}' has no output '{output}', "
                    f'its outputs: {", ".join(self.outputs)}'
                )

    def channels(self, output: str, layout: str) -> int | None:
        """
        Return the number of channels of an output, ``None`` if the network's file does not say.

        :param output: Name of the output.
        :param layout: ``nchw`` or ``nhwc``.
        """
        shape = self._session.get_outputs()[self.outputs.index(output)].shape
        channels = shape[1 if layout == 'nchw' else 3] if len(shape) == 4 else None
        return channels if isinstance(channels, int) else None

    def run(self, tensor: FloatArray, outputs: tuple[str, ...]) -> tuple[Array, ...]:
        """
        Run the network.

        :param tensor: Network input, ``(1, 3, H, W)`` or ``(1, H, W, 3)``.
        :param outputs: Names of the outputs wanted.
        :return: These outputs, float32, in the network's own shapes.
        :raises EngineError: If it fails; the input is not to blame for that.
        """
        if self._input.type == 'tensor(float16)':
            feed: Array = tensor.astype(np.float16)
        else:
            feed = tensor
        try:
            results = self._session.run(list(outputs), {self._input.name: feed})
        except Exception as error:  # ONNX Runtime's exceptions have no common base but this
            raise EngineError(
                f"model '{self._name}' failed on an input of shape {tensor.shape}: {error}"
            ) from error
        return tuple(np.asarray(result, np.float32) for result in results)


def usable_cores() -> int:
    """Return the number of physical cores that this process may use."""
    topology = '/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list'
    try:
        return len({Path(topology.format(cpu)).read_text() for cpu in os.sched_getaffinity(0)})
    except (OSError, AttributeError):  # no Linux, or a container without /sys
        return os.cpu_count() or 1


def available_providers() -> tuple[str, ...]:
    """Return the short names of the providers that this ONNX Runtime was built with."""
    return tuple(_short_name(name) for name in ort.get_available_providers())


def _short_name(provider: str) -> str:
    return provider[: -len(_SUFFIX)].lower()


def _provider_names() -> dict[str, str]:
    """Return the full names of all providers there are, built in or not, by short name."""
    return {_short_name(name): name for name in ort.get_all_providers()}


def _full_name(short: str) -> str:
    names = _provider_names()
    if short not in names:
        raise ValueError(
            f"parameter 'inference.providers' names '{short}', "
            f'expected auto or some of {", ".join(sorted(names))}'
        )
    return str(names[short])


def _wanted_providers(parameters: EngineParameters) -> tuple[str, ...]:
    """Return the short names in order of preference; the CPU is always the last resort."""
    names = tuple(part.strip().lower() for part in parameters.providers.split(','))
    if names == ('auto',):
        names = tuple(name for name in AUTO_ORDER if name in available_providers())
    for name in names:
        _full_name(name)
    if 'tensorrt' in names and 'cuda' not in names:
        # What TensorRT cannot compile would run on the CPU, in the middle of the network.
        after = names.index('tensorrt') + 1
        names = (*names[:after], 'cuda', *names[after:])
    return names if 'cpu' in names else (*names, 'cpu')


def _make_session(
    network: bytes, wanted: tuple[str, ...], parameters: EngineParameters, name: str
) -> Any:
    usable = [short for short in wanted if short in available_providers()]
    if {'cuda', 'tensorrt'} & set(usable) and hasattr(ort, 'preload_dlls'):
        ort.preload_dlls()  # finds the CUDA libraries that pip installed
    options = ort.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    # ONNX Runtime's own choice binds each thread to a core, where it waits for whoever else is
    # there: beside other processes an inference took 143 ms instead of 110.
    options.intra_op_num_threads = parameters.threads or usable_cores()
    # A plan of the memory per input size costs 46 MB at 656x368 and gains no time.
    options.enable_mem_pattern = False
    options.add_session_config_entry(
        'session.intra_op.allow_spinning', '1' if parameters.spinning else '0'
    )
    providers = [(_full_name(short), _provider_options(short, parameters)) for short in usable]
    try:
        return ort.InferenceSession(network, options, providers=providers)
    except Exception as error:  # ONNX Runtime's exceptions have no common base but this
        raise ValueError(f"model '{name}' is not a network that can be run: {error}") from error


def _provider_options(short: str, parameters: EngineParameters) -> dict[str, str]:
    """Return the options of one provider, the user's own ones last."""
    options: dict[str, str] = {}
    if short in ('cuda', 'tensorrt'):
        options['device_id'] = str(parameters.device_id)
    if short == 'tensorrt':
        cache = str(_engine_cache(parameters))
        options |= {
            'trt_fp16_enable': str(parameters.fp16),
            'trt_engine_cache_enable': 'True',
            'trt_engine_cache_path': cache,
            'trt_timing_cache_enable': 'True',
            'trt_timing_cache_path': cache,
        }
    for option in parameters.options:
        target, key, value = _split_option(option)
        if target == short:
            options[key] = value
    return options


def _split_option(option: str) -> tuple[str, str, str]:
    target, dot, rest = option.partition('.')
    key, equals, value = rest.partition('=')
    if not (target and dot and key and equals):
        raise ValueError(
            f"parameter 'inference.options' has '{option}', expected 'provider.key=value'"
        )
    if target.lower() not in _provider_names():
        raise ValueError(
            f"parameter 'inference.options' has '{option}' for '{target}', "
            f'expected one of {", ".join(sorted(_provider_names()))}'
        )
    return target.lower(), key, value


def _engine_cache(parameters: EngineParameters) -> Path:
    default = Path(os.environ.get('XDG_CACHE_HOME', '~/.cache')) / 'openpose_ros'
    folder = Path(parameters.engine_cache_dir or default).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"parameter 'inference.engine_cache_dir': {folder} cannot be made: {error.strerror}"
        ) from error
    return folder
