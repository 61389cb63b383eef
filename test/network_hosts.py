# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Several hosts on this machine, with network cables between them that can be pulled out.

A host is a set of Linux namespaces: network interfaces, processes, mounts and host name of its
own, among them a /dev/shm, so that the cable is all that connects it to others. The switch into
which the hosts are plugged is one more; nothing leads out of it. Nothing outlives the test,
however it ends: the first process of a host waits for the end of a pipe, with it the kernel ends
all others there, and with them the namespaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import ExitStack
from dataclasses import dataclass
from dataclasses import field
import os
from pathlib import Path
import shutil
import subprocess
import time

import pytest

# Documentation, RFC 5737: belongs to nobody.
_ADDRESS = '198.51.100.{number}/24'
_PROGRAMS = ('hostname', 'ip', 'mount', 'nsenter', 'unshare')
# Says by which number the processes outside know it, which /proc tells until it is the host's own.
_FIRST_PROCESS = """
read -r pid rest < /proc/self/stat &&
mount -t proc proc /proc && mount -t tmpfs tmpfs /dev/shm &&
hostname {name} && ip link set lo up &&
echo "$pid" && exec cat
"""


@dataclass(frozen=True)
class Host:
    """
    A host, or the switch.

    :param name: Its host name.
    :param pid: Its first process.
    """

    name: str
    pid: int
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, command: list[str], log: Path, environment: Mapping[str, str]) -> None:
        """
        Start a process on this host, which ends with it at the latest.

        :param command: Command line; a relative path in it is one from the root.
        :param log: File that gets what it prints.
        :param environment: All of its environment.
        """
        enter = ['nsenter', f'--target={self.pid}', '--net', '--mount', '--uts', '--pid', '--']
        with log.open('w') as stream:
            # A session of its own: a busy machine shares its time out among sessions.
            self._started.append(subprocess.Popen(
                [*enter, *command], env=dict(environment), stdout=stream,
                stderr=subprocess.STDOUT, start_new_session=True,
            ))  # fmt: skip

    def wait(self) -> None:
        """Wait until all that was started on this host has ended."""
        for process in self._started:
            process.wait(timeout=20.0)

    def ip(self, command: str) -> str:
        """
        Change the network of this host, or look at it.

        :param command: What follows ``ip``, words and spaces.
        :return: What it prints.
        :raises OSError: If it cannot be; says why.
        """
        # Without --pid: the numbers of processes in the command are those of this machine.
        done = subprocess.run(
            ['nsenter', f'--target={self.pid}', '--net', '--', 'ip', *command.split()],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20.0, check=False,
        )
        if done.returncode:
            raise OSError(f"'ip {command}' on {self.name}: {done.stdout.strip()}")
        return done.stdout

    def wait_for_link(self) -> None:
        """Wait until the interface works: Fast DDS does without one that does not yet."""
        end = time.monotonic() + 5.0
        while 'state UP' not in self.ip('link show dev eth0'):
            if time.monotonic() > end:
                raise OSError(f'no link on {self.name}')
            time.sleep(0.02)


class Network:
    """
    Hosts that are plugged into one switch.

    :param switch: The switch.
    :param hosts: The hosts.
    """

    def __init__(self, switch: Host, hosts: list[Host]) -> None:
        self.hosts = hosts
        self._switch = switch
        switch.ip('link add switch type bridge stp_state 0 mcast_snooping 0')
        switch.ip('link set switch up')
        for number, host in enumerate(hosts, start=1):
            port = _port(host)
            switch.ip(f'link add {port} type veth peer name eth0 netns {host.pid}')
            switch.ip(f'link set {port} master switch up')
            host.ip(f'address add {_ADDRESS.format(number=number)} dev eth0')
            host.ip('link set eth0 up')
        for host in hosts:
            host.wait_for_link()

    def pull_out(self, host: Host) -> None:
        """Pull the cable of a host out of the switch: neither side has a link then."""
        self._switch.ip(f'link set {_port(host)} down')

    def plug_in(self, host: Host) -> None:
        """Plug the cable of a host in again."""
        self._switch.ip(f'link set {_port(host)} up')


@contextmanager
def network_of(*names: str) -> Iterator[Network]:
    """
    Set hosts up; where that is not allowed the test is skipped, with the reason.

    :param names: Their names, of ten letters at most.
    """
    if os.geteuid():
        pytest.skip('network namespaces are for root')
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.skip(f'network namespaces need {", ".join(missing)}')
    with ExitStack() as stack:
        try:
            switch, *hosts = [stack.enter_context(_host(name)) for name in ('switch', *names)]
            network = Network(switch, hosts)
        except OSError as error:
            pytest.skip(f'no network namespaces here: {error}')
        yield network


@contextmanager
def _host(name: str) -> Iterator[Host]:
    first = ['sh', '-c', _FIRST_PROCESS.format(name=name)]
    with subprocess.Popen(
        ['unshare', '--net', '--mount', '--uts', '--pid', '--fork', '--kill-child', *first],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:
        said = process.stdout.readline().strip()
        if not said.isdigit():
            raise OSError(said or 'unshare says nothing')
        host = Host(name, int(said))
        try:
            yield host
        finally:
            process.stdin.close()
            host.wait()


def _port(host: Host) -> str:
    return f'port_{host.name}'
