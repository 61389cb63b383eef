# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the lifecycle rules make of steps that fail, in one process."""

from __future__ import annotations

from collections.abc import Iterator
import gc
import time

from diagnostic_msgs.msg import DiagnosticArray
from diagnostic_msgs.msg import DiagnosticStatus
import pytest
import rclpy
from rclpy.lifecycle import TransitionCallbackReturn
from rclpy.parameter import Parameter
from ros_peers import Peer

from openpose_ros.nodes.diagnostic_status import Level
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics_parameters import DiagnosticsParameters
from openpose_ros.nodes.managed_node import LifecycleParameters
from openpose_ros.nodes.managed_node import ManagedNode
from openpose_ros.nodes.running import NodeError
from openpose_ros.nodes.surroundings import Surroundings


class Steps(ManagedNode):
    """Notes its steps; the one called ``failing`` raises."""

    def __init__(
        self, failing: str = '', error: Exception | None = None, *arguments: str
    ) -> None:
        self.taken: list[str] = []
        self._failing, self._error = failing, error
        groups = (LifecycleParameters, DiagnosticsParameters)
        super().__init__('steps', groups, Surroundings(arguments))

    def _take(self, step: str) -> None:
        self.taken.append(step)
        if step == self._failing and self._error is not None:
            error, self._error = self._error, None
            raise error

    def configure(self) -> None:
        self._take('configure')

    def activate(self) -> None:
        self._take('activate')

    def deactivate(self) -> None:
        self._take('deactivate')

    def cleanup(self) -> None:
        self._take('cleanup')


@pytest.fixture(autouse=True)
def ros() -> Iterator[None]:
    rclpy.init()
    yield
    rclpy.try_shutdown()


def test_start_configures_and_activates() -> None:
    node = Steps()
    node.start()
    assert node.taken == ['configure', 'activate']
    node.destroy_node()
    assert node.taken[2:] == ['deactivate', 'cleanup']


@pytest.mark.parametrize(
    ('failing', 'undone'), [('configure', 'cleanup'), ('activate', 'deactivate')]
)
@pytest.mark.parametrize('error', [ValueError('no such thing'), RuntimeError('out of memory')])
def test_start_that_fails_says_why_and_undoes(
    failing: str, undone: str, error: Exception
) -> None:
    node = Steps(failing, error)
    with pytest.raises(NodeError, match=str(error)):
        node.start()
    assert node.taken[node.taken.index(failing) + 1] == undone


def test_transition_that_failed_can_be_tried_again() -> None:
    node = Steps('activate', ValueError('not yet'))
    assert node.trigger_configure() == TransitionCallbackReturn.SUCCESS
    assert node.trigger_activate() == TransitionCallbackReturn.FAILURE
    assert node.trigger_activate() == TransitionCallbackReturn.SUCCESS


@pytest.mark.parametrize('failing', ['deactivate', 'cleanup'])
def test_unexpected_error_leads_back_to_unconfigured(failing: str) -> None:
    node = Steps(failing, RuntimeError('lost'))
    node.trigger_configure()
    node.trigger_activate()
    results = [node.trigger_deactivate()]
    if failing == 'cleanup':
        results.append(node.trigger_cleanup())
    assert results[-1] == TransitionCallbackReturn.ERROR
    assert node.trigger_configure() == TransitionCallbackReturn.SUCCESS


def test_node_that_cannot_be_deactivated_still_publishes() -> None:
    node = Steps('deactivate', ValueError('not now'))
    publisher = node.create_lifecycle_publisher(DiagnosticArray, 'result', 1)
    node.start()
    assert node.trigger_deactivate() == TransitionCallbackReturn.FAILURE
    assert publisher.is_activated
    assert node.trigger_deactivate() == TransitionCallbackReturn.SUCCESS
    assert not publisher.is_activated


def test_destroyed_node_leaves_no_services_that_nobody_answers(peer: Peer) -> None:
    node = Steps('', None, '--ros-args', '-r', '__node:=leaves')
    peer.spin_until(lambda: services_of('leaves', peer))
    node.destroy_node()
    peer.spin_until(lambda: not services_of('leaves', peer))


def test_node_with_a_wrong_parameter_leaves_no_services(peer: Peer) -> None:
    with pytest.raises(ValueError, match='enable') as raised:
        Steps('', None, '--ros-args', '-r', '__node:=wrong', '-p', 'enable:=neither')
    peer.spin_for(1.0)
    assert not services_of('wrong', peer)
    del raised  # its traceback has kept the node


def services_of(node: str, peer: Peer) -> list[str]:
    found = peer.node.get_service_names_and_types()
    return [name for name, _ in found if name.startswith(f'/{node}/')]


class Statuses:
    """
    What a node says on ``/diagnostics``.

    :param node: The node.
    """

    def __init__(self, node: Steps) -> None:
        self._node = node
        self._heard: list[DiagnosticArray] = []
        node.create_subscription(DiagnosticArray, '/diagnostics', self._heard.append, 10)

    def wait_for(self, wanted: str) -> DiagnosticStatus:
        """Return the one status, once it says what is wanted."""
        self._heard.clear()
        end = time.monotonic() + 10
        while not self._heard or wanted not in self._heard[-1].status[0].message:
            assert time.monotonic() < end, self._heard
            rclpy.spin_once(self._node, timeout_sec=0.1)
        (status,) = self._heard[-1].status
        return status


def test_node_says_in_every_state_how_it_is() -> None:
    node = Steps()
    said = Statuses(node)
    (result,) = node.set_parameters([Parameter('diagnostics.period_sec', value=0.1)])
    assert result.successful
    states = [
        (None, 'unconfigured'),
        (node.trigger_configure, 'inactive'),
        (node.trigger_activate, '0.0 of 0.0 frames per second'),
        (node.trigger_deactivate, 'inactive'),
        (node.trigger_cleanup, 'unconfigured'),
        (node.trigger_shutdown, 'finalized'),
    ]
    for trigger, message in states:
        if trigger is not None:
            trigger()
        status = said.wait_for(message)
        assert (status.name, status.message) == ('/steps: frames', message)
        assert status.level == DiagnosticStatus.OK


def test_node_at_rest_has_counts_and_no_times() -> None:
    node = Steps()
    said = Statuses(node)
    node.start()
    node.statistics.count_received()
    node.statistics.count_processed(latency=1.0)
    assert 'latency_ms_p95' in {item.key for item in said.wait_for('of').values}
    set_enable(node, False)
    assert {item.key: item.value for item in said.wait_for('disabled').values} == {
        'fps_in': '0.00', 'fps_out': '0.00', 'received': '1', 'processed': '1', 'dropped': '0',
        'passed_on': '0',
    }


def test_node_at_rest_says_so_of_each_device_that_it_had() -> None:
    class WithCamera(Steps):
        def statuses(self) -> list[Status]:
            return [Status('camera left', Level.OK, 'it looks', {'fps': '30'}, 'left')]

    node = WithCamera()
    heard: list[DiagnosticArray] = []
    node.create_subscription(DiagnosticArray, '/diagnostics', heard.append, 10)
    node.set_parameters([Parameter('diagnostics.period_sec', value=0.1)])
    node.start()
    for message in ('it looks', 'inactive'):
        if message == 'inactive':
            node.trigger_deactivate()
        end = time.monotonic() + 10
        while not heard or heard[-1].status[-1].message != message:
            assert time.monotonic() < end, heard
            rclpy.spin_once(node, timeout_sec=0.1)
        camera = heard[-1].status[-1]
        assert (camera.name, camera.hardware_id) == ('/steps: camera left', 'left')
    assert not camera.values


@pytest.mark.parametrize('failing', ['configure', 'activate', 'deactivate'])
def test_step_that_fails_is_an_error_in_the_diagnostics(failing: str) -> None:
    node = Steps(failing, RuntimeError('out of memory'))
    said = Statuses(node)
    for trigger in (node.trigger_configure, node.trigger_activate, node.trigger_deactivate):
        if trigger() != TransitionCallbackReturn.SUCCESS:
            break
    assert said.wait_for('out of memory').level == DiagnosticStatus.ERROR


# ---- enable


def set_enable(node: Steps, value: bool) -> None:
    (result,) = node.set_parameters([Parameter('enable', value=value)])
    assert result.successful


def test_enable_false_stops_an_active_node_and_true_lets_it_go_on() -> None:
    node = Steps()
    node.start()
    for _ in range(2):
        node.taken.clear()
        set_enable(node, False)
        assert node.taken == ['deactivate']
        set_enable(node, True)
        assert node.taken[-1] == 'activate'
        node.taken.clear()
        set_enable(node, True)
        assert node.taken == [], 'it works already'


def test_enable_false_at_start_waits_in_the_active_state() -> None:
    node = Steps()
    set_enable(node, False)
    assert node.taken == [], 'an unconfigured node has nothing to stop'
    node.start()
    assert node.taken == ['configure']
    set_enable(node, True)
    assert node.taken[-1] == 'activate'


def test_transitions_of_a_disabled_node_are_those_of_any() -> None:
    node = Steps()
    node.start()
    set_enable(node, False)
    for _ in range(2):
        assert node.trigger_deactivate() == TransitionCallbackReturn.SUCCESS
        assert node.trigger_activate() == TransitionCallbackReturn.SUCCESS
    assert 'activate' not in node.taken[2:]
    assert node.trigger_deactivate() == TransitionCallbackReturn.SUCCESS
    set_enable(node, True)
    assert node.taken[-1] == 'deactivate', 'an inactive node does not begin to work'
    assert node.trigger_activate() == TransitionCallbackReturn.SUCCESS
    assert node.taken[-1] == 'activate'
    node.destroy_node()
    assert node.taken[-2:] == ['deactivate', 'cleanup']


@pytest.mark.parametrize('error', [ValueError('no camera'), RuntimeError('no camera')])
def test_enable_that_fails_says_so_and_can_be_tried_again(error: Exception) -> None:
    node = Steps('activate', error)
    said = Statuses(node)
    set_enable(node, False)
    node.start()
    set_enable(node, True)
    assert node.taken[-2:] == ['activate', 'deactivate']
    assert said.wait_for('no camera').level == DiagnosticStatus.ERROR
    node.taken.clear()
    set_enable(node, True)
    assert node.taken[-1] == 'activate'


def test_enable_false_that_fails_says_so_and_the_node_lives_on() -> None:
    node = Steps('deactivate', RuntimeError('no thread'))
    said = Statuses(node)
    node.start()
    set_enable(node, False)
    assert said.wait_for('no thread').level == DiagnosticStatus.ERROR
    node.taken.clear()
    set_enable(node, True)
    assert node.taken[-1] == 'activate'


# ---- memory


class Circle:
    """Refers to itself, as what has a timer with a callback of its own does."""

    def __init__(self) -> None:
        self.itself = self


class Circles(Steps):
    """Builds a circle in each step that builds, and lets go of it in the one that undoes that."""

    def configure(self) -> None:
        self.networks: Circle | None = Circle()
        super().configure()

    def activate(self) -> None:
        self.images: Circle | None = Circle()
        super().activate()

    def deactivate(self) -> None:
        self.images = None
        super().deactivate()

    def cleanup(self) -> None:
        self.networks = None
        super().cleanup()


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def circles() -> int:
    return sum(isinstance(one, Circle) for one in gc.get_objects())


@pytest.mark.usefixtures('no_collector')
def test_what_a_step_lets_go_of_is_freed_at_once() -> None:
    node = Circles()
    node.start()
    assert circles() == 2
    set_enable(node, False)
    assert circles() == 1
    set_enable(node, True)
    node.trigger_deactivate()
    assert circles() == 1
    node.trigger_cleanup()
    assert circles() == 0
    node.start()
    node.trigger_shutdown()
    assert circles() == 0


@pytest.mark.usefixtures('no_collector')
@pytest.mark.parametrize('failing', ['configure', 'activate', 'deactivate', 'cleanup'])
def test_what_a_step_that_fails_lets_go_of_is_freed_at_once(failing: str) -> None:
    node = Circles(failing, RuntimeError('lost'))
    triggers = (
        node.trigger_configure, node.trigger_activate, node.trigger_deactivate,
        node.trigger_cleanup,
    )  # fmt: skip
    for trigger in triggers:
        if trigger() != TransitionCallbackReturn.SUCCESS:
            break
    assert circles() == 0
