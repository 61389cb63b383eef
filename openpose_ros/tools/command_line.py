# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the programs have in common: their arguments, how they fail, and their progress bar."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
import os
import signal
import sys
import time

from rich.console import Console
from rich.progress import BarColumn
from rich.progress import MofNCompleteColumn
from rich.progress import Progress
from rich.progress import TextColumn
from rich.progress import TimeRemainingColumn

from openpose_ros.networks.loading import load_model
from openpose_ros.networks.metadata import PafModel
from openpose_ros.pose2d.engine import EngineError
from openpose_ros.pose2d.engine import EngineParameters
from openpose_ros.pose2d.estimator import PoseEstimator
from openpose_ros.pose2d.estimator import StageTimes
from openpose_ros.pose2d.parser import MAXIMIZE_POSITIVES
from openpose_ros.pose2d.parser import ParserParameters
from openpose_ros.pose2d.preprocess import InputParameters
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Skeleton
from openpose_ros.tools.part_finder import PartFinder
from openpose_ros.types import Array
from openpose_ros.types import People2D

DEFAULT_MODEL = 'body_mobilenet_thin'
AUTO = 'auto'

DONE = 0
FAILED = 1
# As the shell counts a program that Ctrl-C ended; argparse itself ends with 2.
INTERRUPTED = 130


@dataclass(frozen=True)
class EstimatorOptions:
    """
    How to find people, as said on the command line.

    :param model: Name of a model or path of its YAML file.
    :param engine: Provider; another one is refused unless it is ``auto``.
    :param inputs: Size of the network input.
    :param parser: Thresholds.
    :param parts: What else is looked for: some of ``face``, ``hands`` and ``feet``.
    """

    model: str
    engine: EngineParameters
    inputs: InputParameters
    parser: ParserParameters
    parts: tuple[str, ...] = ()


class ConfiguredEstimator:
    """
    An estimator together with its parameters.

    :param options: As said on the command line.
    :raises ValueError: If the model or the provider cannot be had.
    """

    def __init__(self, options: EstimatorOptions) -> None:
        self.options = options
        self.estimator = PoseEstimator(load_model(options.model), options.engine)
        self._details = PartFinder(options.parts, options.engine) if options.parts else None

    @property
    def model(self) -> PafModel:
        """Metadata of the model."""
        return self.estimator.model

    def find_people(self, image: Array) -> tuple[People2D, StageTimes]:
        """
        Find the people in an image, and of them what else is wanted.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        :return: People in pixels of the image, and how long the stages took; the networks for
            faces, hands and feet count as inference.
        :raises ValueError: If the array is not an image or the maps are not as promised.
        """
        options = self.options
        people, times = self.estimator.estimate_timed(image, options.inputs, options.parser)
        if self._details is None:
            return people, times
        started = time.perf_counter()
        people = self._details.add(image, people, self.model.skeleton)
        busy = times.inference_sec + time.perf_counter() - started
        return people, replace(times, inference_sec=busy)

    def skeleton_of(self, people: People2D) -> Skeleton:
        """
        Return the skeleton of bodies: the model's, or the one that they got with their feet.

        :param people: People found.
        """
        own = self.model.skeleton
        return own if people.skeleton == own.name else get_skeleton(people.skeleton)

    def resized_size(self, image: Array) -> tuple[int, int]:
        """
        Return width and height of an image in the network input, padding not counted.

        :param image: Pixels, ``(H, W, 3)`` uint8, BGR.
        """
        base = self.estimator.prepare(image, replace(self.options.inputs, scale_number=1))[0]
        width, height = base.image_size
        scale_x, scale_y = base.transform.scale_x, base.transform.scale_y
        return round(width / scale_x), round(height / scale_y)

    def describe(self) -> str:
        """Return model, skeleton, provider and height as one line."""
        return (
            f'model {self.model.name} ({self.model.skeleton.name}), '
            f'provider {self.estimator.engine.provider}, '
            f'height {self.options.inputs.height_px} px'
            + ''.join(f', {part}' for part in self.options.parts)
        )

    def summary(self) -> dict[str, object]:
        """Return the same as entries for a report."""
        return {
            'model': self.model.name,
            'skeleton': self.model.skeleton.name,
            'provider': self.estimator.engine.provider,
            'height_px': self.options.inputs.height_px,
            'scale_number': self.options.inputs.scale_number,
        }


def add_estimator_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Add the arguments that say how people are found.

    :param parser: Parser of a program.
    """
    group = parser.add_argument_group('how people are found')
    group.add_argument(
        '--model',
        default=DEFAULT_MODEL,
        metavar='NAME|YAML',
        help='name of a model, or the YAML file of an own one (default: %(default)s)',
    )
    group.add_argument(
        '--height',
        type=int,
        default=InputParameters.height_px,
        metavar='PX',
        help='height of the network input: more finds smaller people and costs time '
        '(default: %(default)s)',
    )
    group.add_argument(
        '--provider',
        default=AUTO,
        help='cpu, cuda, tensorrt, openvino, ...: this one or an error; auto takes the best '
        'there is (default)',
    )
    group.add_argument(
        '--scale-number',
        type=int,
        default=InputParameters.scale_number,
        metavar='N',
        help='scales whose maps are averaged (default: %(default)s)',
    )
    group.add_argument(
        '--scale-gap',
        type=float,
        default=InputParameters.scale_gap,
        metavar='X',
        help='difference between two scales (default: %(default)s)',
    )
    group.add_argument(
        '--max-people',
        type=int,
        default=0,
        metavar='N',
        help='most people per image, the best ones; 0: all (default)',
    )
    group.add_argument(
        '--maximize-positives',
        action='store_true',
        help='lower thresholds: more people are found, and more who are not there',
    )


def estimator_options(
    arguments: argparse.Namespace, parser: argparse.ArgumentParser
) -> EstimatorOptions:
    """
    Return the arguments of :func:`add_estimator_arguments` as parameters.

    :param arguments: Parsed command line.
    :param parser: Ends the program with exit code 2 where a value is out of range.
    """
    thresholds = MAXIMIZE_POSITIVES if arguments.maximize_positives else ParserParameters()
    try:
        return EstimatorOptions(
            arguments.model,
            EngineParameters(providers=arguments.provider, strict=arguments.provider != AUTO),
            InputParameters(
                height_px=arguments.height,
                scale_number=arguments.scale_number,
                scale_gap=arguments.scale_gap,
            ),
            replace(
                thresholds, people=replace(thresholds.people, max_people=arguments.max_people)
            ),
        )
    except ValueError as error:
        parser.error(str(error))


def run_program(name: str, program: Callable[[], int]) -> int:
    """
    Run a program; what goes wrong is one line on stderr, not a traceback.

    :param name: Name of the program, for that line.
    :param program: Returns the exit code.
    :return: Exit code.
    """
    # The installed executables end at once on Ctrl-C until now, while modules are imported.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return program()
    except BrokenPipeError:
        # Whoever read our lines has gone; Python's own flush at the end must not complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (ValueError, OSError, ImportError, EngineError) as error:
        print(f'{name}: {error}', file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f'{name}: interrupted', file=sys.stderr)
        return INTERRUPTED


class _QuietProgress(Progress):
    """A progress bar that prints nothing when it is disabled; older ones of rich end a line."""

    def stop(self) -> None:
        if not self.disable:
            super().stop()


def progress_bar(*, hidden: bool = False) -> Progress:
    """
    Return a progress bar on stderr that is not there if nobody watches it.

    :param hidden: Never show it, because the program prints lines itself.
    """
    return _QuietProgress(
        TextColumn('{task.description}'),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=hidden or not sys.stderr.isatty(),
        transient=True,
    )
