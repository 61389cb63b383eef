# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The lifecycle rules that all processing nodes share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
import traceback

from lifecycle_msgs.msg import State
from rclpy.lifecycle import LifecycleNode
from rclpy.lifecycle import LifecycleState
from rclpy.lifecycle import TransitionCallbackReturn

from openpose_ros.nodes.diagnostic_status import Level
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.frame_statistics import FrameReport
from openpose_ros.nodes.frame_status import frame_status
from openpose_ros.nodes.memory_release import large_blocks_apart
from openpose_ros.nodes.memory_release import MemoryRelease
from openpose_ros.nodes.memory_release import release_unreachable_memory
from openpose_ros.nodes.parameters import NodeParameters
from openpose_ros.nodes.running import NodeError
from openpose_ros.nodes.running import run_node
from openpose_ros.nodes.surroundings import ALONE
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.nodes.work_report import WorkReport
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup

# What the diagnostics say of a node that is not active.
_UNCONFIGURED = 'unconfigured'
_INACTIVE = 'inactive'
_FINALIZED = 'finalized'


@dataclass(frozen=True)
class LifecycleParameters(ParameterGroup):
    """Who starts the node, and whether it works."""

    autostart: bool = param(
        True, 'Configure and activate at start; false leaves that to a lifecycle manager.'
    )
    enable: bool = param(
        True,
        'Work; false ends the subscriptions and all computing at once while the node stays active '
        'and loaded.',
        dynamic=True,
    )


class ManagedNode(LifecycleNode):
    """
    A lifecycle node that may start itself.

    A node derives from it and builds in ``configure``, subscribes in ``activate``, and undoes
    both, in reverse, in ``deactivate`` and ``cleanup``. A ``ValueError`` in one of them makes the
    transition fail, anything else is an error; what was built until then is undone.

    While the parameter ``enable`` is false, an active node has done ``deactivate``, and says so in
    its diagnostics; it goes on with ``activate``. They say in every state how it goes; what
    became of all frames is logged each time that the node stops working.

    :param name: Node name.
    :param groups: The node's parameter groups, :class:`LifecycleParameters` and
        :class:`DiagnosticsParameters` among them. Those that are not dynamic may be set while the
        node is unconfigured.
    :param surroundings: What it gets from its process.
    :raises ValueError: If parameters given at start are wrong.
    """

    def __init__(
        self,
        name: str,
        groups: Iterable[type[ParameterGroup]],
        surroundings: Surroundings = ALONE,
    ) -> None:
        super().__init__(name, **surroundings.options)
        self.frames = surroundings.frames
        self._failure = ''
        try:
            self.parameters = NodeParameters(
                self, groups, writable=self._unconfigured, on_change=self._on_change
            )
        except ValueError:
            # The derived class has built nothing yet that its own destroy_node could undo.
            self._destroy()
            raise
        limits = self.parameters.get(DiagnosticsParameters)
        self._report = WorkReport(self, limits, self._statuses_at_work)
        self.statistics = self._report.statistics
        self._memory_release = MemoryRelease(self)

    def start(self) -> None:
        """
        Configure and activate, if the node is to start itself.

        :raises NodeError: If it cannot; says why.
        """
        if not self.parameters.get(LifecycleParameters).autostart:
            return
        for trigger in (self.trigger_configure, self.trigger_activate):
            if trigger() != TransitionCallbackReturn.SUCCESS:
                raise NodeError(self._failure)

    @abstractmethod
    def configure(self) -> None:
        """Build the core objects and the publishers."""

    @abstractmethod
    def activate(self) -> None:
        """Start working; the publishers are active by now."""

    @abstractmethod
    def deactivate(self) -> None:
        """Undo :meth:`activate`, also half of it."""

    @abstractmethod
    def cleanup(self) -> None:
        """Undo :meth:`configure`, also half of it."""

    def statuses(self) -> list[Status]:
        """Return the statuses of the node at work, besides that of its frames."""
        return []

    def awaits_frames(self) -> bool:
        """Return whether frames are to come while the node works."""
        return True

    def on_parameters(self, group: ParameterGroup) -> None:
        """
        Take note of changed parameters.

        :param group: The group with its new values.
        """

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Build; called by the state machine."""
        with large_blocks_apart():
            return self._try(self.configure, undo=self.cleanup, then=_INACTIVE)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Start working; called by the state machine."""
        super().on_activate(state)
        result = self._try(self._activate_if_enabled, undo=self._end_work)
        if result != TransitionCallbackReturn.SUCCESS:
            super().on_deactivate(state)
        return result

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Stop working; called by the state machine."""
        result = self._end(self._end_work, then=_INACTIVE)
        if result != TransitionCallbackReturn.FAILURE:  # else it stays active
            super().on_deactivate(state)
        return result

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Forget what was built; called by the state machine."""
        return self._end(self.cleanup, then=_UNCONFIGURED)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Undo everything, from whatever state; called by the state machine."""
        return self._end(self._undo_all, then=_FINALIZED)

    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Return to the unconfigured state after an error; called by the state machine."""
        return self._end(self._undo_all)

    def destroy_node(self) -> None:
        """Undo everything and end the node."""
        self._undo_all()
        self._report.close()
        self._destroy()

    def _destroy(self) -> None:
        super().destroy_node()
        # It owns the services of the lifecycle: left to the collector, they stay in the graph and
        # swallow what a lifecycle manager asks of the next node of this name.
        self._state_machine.destroy_when_not_in_use()

    def _undo_all(self) -> None:
        self._end_work()
        self.cleanup()

    def _on_change(self, group: ParameterGroup) -> None:
        if isinstance(group, LifecycleParameters) and self._in_state(State.PRIMARY_STATE_ACTIVE):
            self._follow_enable(group.enable)
        if isinstance(group, DiagnosticsParameters):
            self._report.set_period(group.period_sec)
        self.on_parameters(group)

    def _follow_enable(self, enable: bool) -> None:
        """Stop working, or go on, while the node is active."""
        if enable and self._report.works:
            return
        self.get_logger().info('enabled' if enable else 'disabled')
        # Where that fails, it is still active for its lifecycle manager: the diagnostics say that
        # it does nothing.
        if self._end(self._end_work) == TransitionCallbackReturn.SUCCESS:
            self._try(self._activate_if_enabled, undo=self.deactivate)

    def _activate_if_enabled(self) -> None:
        if self.parameters.get(LifecycleParameters).enable:
            self.activate()
            self._report.start()
        else:
            self._report.rest('disabled')

    def _end_work(self) -> None:
        """Undo what was done in the active state, whether the node works or not."""
        try:
            self.deactivate()
        finally:
            self._report.stop()

    def _statuses_at_work(self, report: FrameReport) -> list[Status]:
        limits = self.parameters.get(DiagnosticsParameters)
        return [
            frame_status(report, limits, awaited=self.awaits_frames()), *self.statuses()
        ]

    def _end(self, step: Callable[[], None], *, then: str = '') -> TransitionCallbackReturn:
        """Take a step that ends something, and give back the memory that nobody needs then."""
        result = self._try(step, then=then)
        release_unreachable_memory()
        return result

    def _try(
        self,
        step: Callable[[], None],
        *,
        undo: Callable[[], None] | None = None,
        then: str = '',
    ) -> TransitionCallbackReturn:
        """Take a step of a transition; the state machine would swallow what it raises."""
        try:
            step()
        except (ValueError, ImportError) as error:
            self._failure = str(error)
            self.get_logger().error(self._failure)
            result = TransitionCallbackReturn.FAILURE
        except Exception as error:  # noqa: BLE001
            self._failure = repr(error)
            self.get_logger().error(traceback.format_exc())
            result = TransitionCallbackReturn.ERROR
        else:
            if then:
                self._report.rest(then)
            return TransitionCallbackReturn.SUCCESS
        if undo is not None:
            undo()
            release_unreachable_memory()
        self._report.rest(self._failure, Level.ERROR)
        return result

    def _unconfigured(self) -> bool:
        return self._in_state(State.PRIMARY_STATE_UNCONFIGURED)

    def _in_state(self, state: int) -> bool:
        return bool(self._state_machine.current_state[0] == state)


def run_managed_node(
    name: str, node_class: Callable[[], ManagedNode], args: list[str] | None = None
) -> int:
    """
    Run a managed node until it is told to stop.

    :param name: Name of the program, for messages.
    :param node_class: Makes the node.
    :param args: Command line; that of the process if ``None``.
    :return: Exit code: 1 if the configuration is wrong and the node starts itself.
    """

    def build() -> ManagedNode:
        node = node_class()
        try:
            node.start()
        except NodeError:
            node.destroy_node()
            raise
        return node

    return run_node(name, build, args)
