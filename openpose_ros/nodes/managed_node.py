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

from openpose_ros.nodes.parameters import NodeParameters
from openpose_ros.nodes.resting_status import RestingStatus
from openpose_ros.nodes.running import NodeError
from openpose_ros.nodes.running import run_node
from openpose_ros.nodes.surroundings import ALONE
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.parameters import param
from openpose_ros.parameters import ParameterGroup


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
    its diagnostics; it goes on with ``activate``.

    :param name: Node name.
    :param groups: The node's parameter groups, :class:`LifecycleParameters` among them. Those
        that are not dynamic may be set while the node is unconfigured.
    :param surroundings: What it gets from its process.
    :raises ValueError: If parameters given at start are wrong.
    """

    def __init__(
        self,
        name: str,
        groups: Iterable[type[ParameterGroup]],
        surroundings: Surroundings = ALONE,
    ) -> None:
        super().__init__(name, cli_args=surroundings.cli_args)
        self.frames = surroundings.frames
        self._failure = ''
        self._resting: RestingStatus | None = None
        try:
            self.parameters = NodeParameters(
                self, groups, writable=self._unconfigured, on_change=self._on_change
            )
        except ValueError:
            # The derived class has built nothing yet that its own destroy_node could undo.
            super().destroy_node()
            raise

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

    def on_parameters(self, group: ParameterGroup) -> None:
        """
        Take note of changed parameters.

        :param group: The group with its new values.
        """

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Build; called by the state machine."""
        return self._try(self.configure, undo=self.cleanup)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Start working; called by the state machine."""
        super().on_activate(state)
        result = self._try(self._activate_if_enabled, undo=self._end_work)
        if result != TransitionCallbackReturn.SUCCESS:
            super().on_deactivate(state)
        return result

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Stop working; called by the state machine."""
        result = self._try(self._end_work)
        super().on_deactivate(state)
        return result

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Forget what was built; called by the state machine."""
        return self._try(self.cleanup)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Undo everything, from whatever state; called by the state machine."""
        return self._try(self._undo_all)

    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Return to the unconfigured state after an error; called by the state machine."""
        return self._try(self._undo_all)

    def destroy_node(self) -> None:
        """Undo everything and end the node."""
        self._undo_all()
        super().destroy_node()

    def _undo_all(self) -> None:
        self._end_work()
        self.cleanup()

    def _on_change(self, group: ParameterGroup) -> None:
        if isinstance(group, LifecycleParameters) and self._in_state(State.PRIMARY_STATE_ACTIVE):
            self._follow_enable(group.enable)
        self.on_parameters(group)

    def _follow_enable(self, enable: bool) -> None:
        """Stop working, or go on, while the node is active."""
        if enable and self._resting is None:
            return
        self.get_logger().info('enabled' if enable else 'disabled')
        self._end_work()
        done = self._try(self._activate_if_enabled, undo=self.deactivate)
        if done != TransitionCallbackReturn.SUCCESS:
            # Still active for its lifecycle manager: the diagnostics say that it does nothing.
            self._resting = RestingStatus(self, self._failure)

    def _activate_if_enabled(self) -> None:
        if self.parameters.get(LifecycleParameters).enable:
            self.activate()
        else:
            self._resting = RestingStatus(self)

    def _end_work(self) -> None:
        """Undo what was done in the active state, whether the node works or not."""
        resting, self._resting = self._resting, None
        if resting is not None:
            resting.close()
        self.deactivate()

    def _try(
        self, step: Callable[[], None], *, undo: Callable[[], None] | None = None
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
            return TransitionCallbackReturn.SUCCESS
        if undo is not None:
            undo()
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
