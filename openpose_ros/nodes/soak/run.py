# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One soak: disturbs the nodes, and notes whatever does not go on as it should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
import math
from pathlib import Path
import time

from lifecycle_msgs.msg import Transition

from openpose_ros.nodes.qos import image_subscription_qos
from openpose_ros.nodes.qos import view_subscription_qos
from openpose_ros.nodes.soak.camera import SoakCamera
from openpose_ros.nodes.soak.disturbances import Disturbance
from openpose_ros.nodes.soak.disturbances import disturbances
from openpose_ros.nodes.soak.disturbances import Event
from openpose_ros.nodes.soak.disturbances import Kind
from openpose_ros.nodes.soak.findings import Findings
from openpose_ros.nodes.soak.findings import IMAGE_READER
from openpose_ros.nodes.soak.nodes import soaked_nodes
from openpose_ros.nodes.soak.observer import NoAnswerError
from openpose_ros.nodes.soak.observer import Observer
from openpose_ros.nodes.soak.subject import Subject
from openpose_ros.types import Array

# More than this says nothing new.
_MAX_FAILURES = 20
_MEMORY_PERIOD_SEC = 1.0
_TRANSITIONS = {
    Kind.REACTIVATE: (
        (Transition.TRANSITION_DEACTIVATE,),
        (Transition.TRANSITION_ACTIVATE,),
    ),
    Kind.RECONFIGURE: (
        (Transition.TRANSITION_DEACTIVATE, Transition.TRANSITION_CLEANUP),
        (Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVATE),
    ),
}


@dataclass(frozen=True)
class Limits:
    """
    What is taken for a deadlock; wide, because all nodes share the machine.

    :param start_sec: From the start of all processes to the first results of all.
    :param recovery_sec: From the end of a disturbance to the next results of all.
    :param exit_sec: From Ctrl-C to the end of a process.
    :param answer_sec: From a request to a service to its answer.
    :param gap_sec: Between two results while nothing disturbs the nodes.
    """

    start_sec: float = 40.0
    recovery_sec: float = 30.0
    exit_sec: float = 5.0
    answer_sec: float = 10.0
    gap_sec: float = 5.0


class Soak:
    """
    The nodes, their camera and their observer.

    :param pictures: What the camera shows, shape ``(H, W, 3)`` each, uint8.
    :param seed: Of what is wrong with the input.
    :param folder: For logs and the calibration.
    :param kills: Whether processes are killed, too.
    :param limits: How long what may take.
    """

    def __init__(
        self,
        pictures: list[Array],
        seed: int,
        folder: Path,
        *,
        kills: bool = False,
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._seed = seed
        self._kills = kills
        self._started_sec = time.monotonic()
        # Memory is sampled when all nodes are at work.
        self._last_sample_sec = math.inf
        self._failures: list[str] = []
        self._events: Counter[str] = Counter()
        self._history: list[tuple[float, str]] = []
        self._undisturbed = 0
        self._observer = Observer(self._limits.answer_sec)
        self._camera = SoakCamera(self._observer.node, pictures, seed)
        self._subjects = {
            node.name: Subject(node, folder, self._fail) for node in soaked_nodes(folder)
        }
        self._viewers: list[Callable[[], None]] = []
        for subject in self._subjects.values():
            if not subject.node.is_viewed:
                self._hear(subject)

    def run(self, seconds: float, on_step: Callable[[float, str], bool]) -> None:
        """
        Disturb the nodes for a while.

        :param seconds: How long; the last disturbance is over a little later.
        :param on_step: Called with the seconds that have passed and with what happens next;
            returns whether to go on.
        """
        steady = [name for name, one in self._subjects.items() if one.node.is_steady]
        others = [name for name in self._subjects if name not in steady]
        self._camera.start()
        self._view()
        self._settle('the start', self._limits.start_sec)
        self._last_sample_sec = 0.0
        self._stay_quiet(1.0)
        plan = disturbances(self._seed, steady=steady, restarted=others, kills=self._kills)
        for disturbance in plan:
            elapsed_sec = self._elapsed_sec()
            if elapsed_sec > seconds or len(self._failures) > _MAX_FAILURES:
                return
            if not on_step(elapsed_sec, str(disturbance)):
                return
            self._disturb(disturbance)
            self._stay_quiet(disturbance.quiet_sec)

    def end(self) -> None:
        """Press Ctrl-C everywhere and judge what is left."""
        for subject in self._subjects.values():
            subject.disturb()
            subject.interrupt()
        self._observer.spin_until(
            # Each is looked at each time: that notes when it has ended.
            lambda: not [one for one in self._subjects.values() if not one.has_ended()],
            self._limits.exit_sec,
        )
        for subject in self._subjects.values():
            subject.judge()

    def findings(self) -> Findings:
        """Return what was noted."""
        return Findings(
            seed=self._seed,
            failures=tuple(self._failures),
            events=dict(self._events),
            history=tuple(self._history),
            sent=self._camera.sent,
            undisturbed=self._undisturbed,
            corrupt=dict(self._camera.corrupt),
            forged=dict(self._camera.forged),
            records={name: subject.record for name, subject in self._subjects.items()},
        )

    def close(self) -> None:
        """Leave no process behind."""
        self._camera.close()
        for subject in self._subjects.values():
            subject.kill()
        self._observer.close()

    def _fail(self, text: str) -> None:
        self._failures.append(f'after {self._elapsed_sec():.0f} s: {text}')

    def _elapsed_sec(self) -> float:
        return time.monotonic() - self._started_sec

    # ---- disturbances

    def _disturb(self, disturbance: Disturbance) -> None:
        self._history.append((self._elapsed_sec(), str(disturbance)))
        sent = self._camera.sent
        for subject in self._subjects.values():
            subject.disturb()
        begun = []
        for event in disturbance.events:
            self._events[event.kind.value] += 1
            if self._try(self._begin, event):
                begun.append(event)
        self._wait(lambda: False, disturbance.down_sec)
        for event in begun:
            self._try(self._finish, event)
        self._settle(str(disturbance), self._limits.recovery_sec)
        if not any(self._takes_all_images(event.node) for event in disturbance.events):
            self._undisturbed += self._camera.sent - sent

    def _takes_all_images(self, name: str) -> bool:
        node = self._subjects[name].node if name else None
        return node is not None and node.is_steady and node.module == IMAGE_READER

    def _try(self, step: Callable[[Event], None], event: Event) -> bool:
        try:
            step(event)
        except NoAnswerError as error:
            self._fail(f'{event}: {error}')
            return False
        return True

    def _begin(self, event: Event) -> None:
        name = event.node
        if event.kind is Kind.INTERRUPT:
            self._subjects[name].interrupt()
        elif event.kind is Kind.KILL:
            self._subjects[name].kill()
        elif event.kind is Kind.DISABLE:
            self._observer.enable(name, False)
        elif event.kind is Kind.PAUSE:
            self._camera.paused = True
        elif event.kind is Kind.REWIND:
            self._camera.rewind()
        elif event.kind is Kind.LEAVE:
            self._leave()
        else:
            for transition in _TRANSITIONS[event.kind][0]:
                self._observer.change_state(name, transition)

    def _finish(self, event: Event) -> None:
        name = event.node
        if event.kind in (Kind.INTERRUPT, Kind.KILL):
            self._wait(self._subjects[name].has_ended, self._limits.exit_sec)
            self._subjects[name].restart()
        elif event.kind is Kind.DISABLE:
            self._observer.enable(name, True)
        elif event.kind is Kind.PAUSE:
            self._camera.paused = False
        elif event.kind is Kind.LEAVE:
            self._view()
        elif event.kind in _TRANSITIONS:
            for transition in _TRANSITIONS[event.kind][1]:
                self._observer.change_state(name, transition)

    # ---- listening

    def _hear(self, subject: Subject) -> Callable[[], None]:
        node = subject.node
        # A reliable reader that deserialises as it takes may hang: docs/troubleshooting.md.
        images = image_subscription_qos('best_effort')
        qos = images if node.is_viewed else view_subscription_qos()
        return self._observer.hear(node.kind, node.results, subject.hear, qos)

    def _view(self) -> None:
        viewed = [one for one in self._subjects.values() if one.node.is_viewed]
        self._viewers = [self._hear(one) for one in viewed]

    def _leave(self) -> None:
        for leave in self._viewers:
            leave()
        self._viewers = []

    def _settle(self, after: str, limit_sec: float) -> None:
        """Wait until results of all nodes come again."""
        began_sec = time.monotonic()
        waiting = dict(self._subjects)
        for subject in waiting.values():
            subject.expect_fresh()

        def all_fresh() -> bool:
            for name in [name for name, one in waiting.items() if one.is_fresh()]:
                record = waiting.pop(name).record
                took_sec = time.monotonic() - began_sec
                record.worst_recovery_sec = max(record.worst_recovery_sec, took_sec)
            self._revive()
            return not waiting

        if not self._wait(all_fresh, limit_sec):
            self._fail(f'no results of {", ".join(waiting)} for {limit_sec:g} s after {after}')
        for name, subject in self._subjects.items():
            if name not in waiting:
                subject.settle()

    def _stay_quiet(self, seconds: float) -> None:
        sent = self._camera.sent
        self._wait(lambda: False, seconds)
        self._undisturbed += self._camera.sent - sent
        self._revive()
        for name, subject in self._subjects.items():
            gap_sec = subject.quiet_gap_sec()
            if gap_sec > self._limits.gap_sec:
                self._fail(f'no results of {name} for {gap_sec:.1f} s though nothing disturbs it')

    def _revive(self) -> None:
        """Start those again that have ended by themselves."""
        for name, subject in self._subjects.items():
            if subject.has_ended():
                self._fail(f'{name} has ended by itself')
                subject.restart()

    def _wait(self, done: Callable[[], bool], seconds: float) -> bool:
        def sampled() -> bool:
            now_sec = time.monotonic()
            if now_sec - self._last_sample_sec >= _MEMORY_PERIOD_SEC:
                self._last_sample_sec = now_sec
                for subject in self._subjects.values():
                    subject.sample_memory()
            return done()

        return self._observer.spin_until(sampled, seconds)
