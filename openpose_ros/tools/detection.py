# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One run of `detect`: every input, frame by frame, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from rich.progress import Progress

from openpose_ros.io.frames import BadFrame
from openpose_ros.io.frames import Frame
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.frames import FrameSource
from openpose_ros.io.frames import SourceError
from openpose_ros.io.sources import open_source
from openpose_ros.pose2d.estimator import StageTimes
from openpose_ros.temporal.following import PersonFollower
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking import PersonTracker
from openpose_ros.temporal.tracking import TrackingParameters
from openpose_ros.tools.command_line import ConfiguredEstimator
from openpose_ros.tools.command_line import DONE
from openpose_ros.tools.command_line import FAILED
from openpose_ros.tools.command_line import INTERRUPTED
from openpose_ros.tools.detection_outputs import DetectionOutputs
from openpose_ros.tools.interruption import StopRequest
from openpose_ros.types import People2D

_NS_PER_SEC = 1e9


@dataclass
class Tally:
    """
    What was done so far.

    :param frames: Frames in which people were sought.
    :param people: People found in them.
    :param bad_frames: Frames that were lost.
    :param failed_inputs: Inputs that could not be opened or stopped with an error.
    :param interrupted: Whether the user ended it.
    """

    frames: int = 0
    people: int = 0
    bad_frames: int = 0
    failed_inputs: int = 0
    interrupted: bool = False

    def exit_code(self) -> int:
        """Return the exit code of the program."""
        if self.interrupted:
            return INTERRUPTED
        return FAILED if self.failed_inputs or not self.frames else DONE

    def describe(self, seconds: float) -> str:
        """
        Return the tally as one line.

        :param seconds: Time it took.
        """
        pieces = [f'{self.frames} frames', f'{self.people} people']
        if self.bad_frames:
            pieces.append(f'{self.bad_frames} bad frames')
        if self.failed_inputs:
            pieces.append(f'{self.failed_inputs} inputs failed')
        if seconds > 0:
            pieces.append(f'{self.frames / seconds:.1f} frames/s')
        return ('interrupted: ' if self.interrupted else '') + ', '.join(pieces)


class Detection:
    """
    One run of the program: every input, frame by frame.

    :param estimator: Finds the people.
    :param outputs: Writes them.
    :param shows_frames: Print a line per frame.
    :param stop: Asked between two frames.
    :param progress: Progress bar.
    :param tracking: Whether people get ids, and how.
    :param smoothing: Whether keypoints are smoothed, and how much.
    """

    def __init__(
        self,
        estimator: ConfiguredEstimator,
        outputs: DetectionOutputs,
        *,
        tracking: TrackingParameters,
        smoothing: SmoothingParameters,
        shows_frames: bool,
        stop: StopRequest,
        progress: Progress,
    ) -> None:
        self.tally = Tally()
        self._estimator = estimator
        self._outputs = outputs
        self._shows_frames = shows_frames
        self._stop = stop
        self._progress = progress
        # One for all inputs, so that no id is given twice.
        self._tracker = PersonTracker(tracking)
        self._smoothing = smoothing
        self._follower: PersonFollower | None = None

    def run_input(self, name: str, selection: FrameSelection) -> None:
        """
        Do one input; its failure is reported and counted.

        :param name: Image, folder, video, camera or URL.
        :param selection: Frames wanted.
        :raises OSError: If an output cannot be written.
        """
        try:
            with open_source(name, selection) as source:
                self._run_source(source)
        except SourceError as error:
            self.tally.failed_inputs += 1
            self._complain(str(error))

    def _run_source(self, source: FrameSource) -> None:
        self._tracker.reset()
        self._follower = None
        task = self._progress.add_task(source.name, total=_wanted_frames(source))
        for item in source:
            if isinstance(item, BadFrame):
                self._count_bad(item)
            else:
                self._run_frame(item, source)
            self._progress.advance(task)
            if self._stop.requested:
                self.tally.interrupted = True
                break
        self._progress.remove_task(task)

    def _run_frame(self, frame: Frame, source: FrameSource) -> None:
        try:
            people, times = self._estimator.find_people(frame.pixels)
        except ValueError as error:
            self._count_bad(BadFrame(frame.name, frame.index, str(error)))
            return
        people = self._followed(people, frame)
        self.tally.frames += 1
        self.tally.people += len(people)
        name = self._outputs.write(frame, people, source, self._estimator)
        if name != frame.name:
            self._complain(f"'{source.name}': '{frame.name}' is written as '{name}'")
        if self._shows_frames:
            print(_line_of(frame, people, times), flush=True)

    def _followed(self, people: People2D, frame: Frame) -> People2D:
        if self._follower is None:
            skeleton = self._estimator.skeleton_of(people)
            self._follower = PersonFollower(skeleton, self._tracker, self._smoothing)
        return self._follower.update(people, round(frame.time_sec * _NS_PER_SEC))

    def _count_bad(self, bad: BadFrame) -> None:
        self.tally.bad_frames += bad.count
        self._complain(str(bad))

    def _complain(self, text: str) -> None:
        # Through the bar's console, which makes room for it.
        self._progress.console.print(
            f'detect: {text}', markup=False, highlight=False, soft_wrap=True
        )


def _wanted_frames(source: FrameSource) -> int | None:
    """Return the number of frames that will come, ``None`` if unknown."""
    if source.frame_count is None:
        return None
    last = source.selection.last
    end = source.frame_count if last == -1 else min(last + 1, source.frame_count)
    return len(range(source.selection.first, end, source.selection.step))


def _line_of(frame: Frame, people: People2D, times: StageTimes) -> str:
    scores = ' '.join(f'{score:.2f}' for score in people.scores.tolist())
    found = f'{len(people)} people' + (f' (scores {scores})' if scores else '')
    if people.ids.any():
        found += f" (ids {' '.join(map(str, people.ids.tolist()))})"
    seconds = times.preprocess_sec + times.inference_sec + times.parse_sec
    return f'{frame.name}: {found}, {1000 * seconds:.0f} ms'
