# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Write ``requirements.txt`` from ``requirements.in``: one lock for several Python versions.

Each interpreter named on the command line resolves the list with pip (nothing is installed); a
package whose version differs between them, or that only some need, gets an environment marker.
The first and last interpreter's markers are open-ended downwards and upwards.
"""

from __future__ import annotations

import json
from pathlib import Path
import subprocess
import sys
import tempfile

HERE = Path(__file__).resolve().parent
HEADER = """\
# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
#
# Made from requirements.in by lock_requirements.py with Python {versions}; do not edit.
"""


def python_version(interpreter: str) -> tuple[int, int]:
    """
    Ask an interpreter for its version.

    :param interpreter: Path or name of the interpreter.
    :return: Major and minor version.
    """
    code = 'import sys; print(*sys.version_info[:2])'
    output = subprocess.run([interpreter, '-c', code], check=True, capture_output=True, text=True)
    major, minor = output.stdout.split()
    return int(major), int(minor)


def resolve(interpreter: str) -> dict[str, str]:
    """
    Resolve ``requirements.in`` for one interpreter.

    :param interpreter: Path or name of the interpreter.
    :return: Version of each package, by normalised name.
    :raises subprocess.CalledProcessError: If no solution exists.
    """
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([interpreter, '-m', 'venv', f'{folder}/venv'], check=True)
        command = [f'{folder}/venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check',
                   '--dry-run', '--ignore-installed', '--report', f'{folder}/report.json',
                   '--requirement', str(HERE / 'requirements.in')]
        subprocess.run(command, check=True)
        report = json.loads(Path(f'{folder}/report.json').read_text(encoding='utf-8'))
    packages = (item['metadata'] for item in report['install'])
    return {item['name'].lower().replace('_', '-'): item['version'] for item in packages}


def marker(chosen: list[int], versions: list[tuple[int, int]]) -> str:
    """
    Describe some of the versions as an environment marker.

    :param chosen: Ascending, gapless indices into ``versions``.
    :param versions: All versions of the lock, ascending.
    :return: The marker with its separator, empty if all versions are chosen.
    """
    bounds = []
    if chosen[0] > 0:
        bounds.append("python_version >= '{}.{}'".format(*versions[chosen[0]]))
    if chosen[-1] < len(versions) - 1:
        bounds.append("python_version < '{}.{}'".format(*versions[chosen[-1] + 1]))
    return ' ; ' + ' and '.join(bounds) if bounds else ''


def lock_lines(name: str, pins: list[str | None], versions: list[tuple[int, int]]) -> list[str]:
    """
    Write the lines of one package.

    :param name: The package.
    :param pins: Its version per Python version, None where it is not needed.
    :param versions: The Python versions, ascending.
    :return: One line per run of Python versions with the same pin.
    """
    lines = []
    start = 0
    for end in range(1, len(pins) + 1):
        if end == len(pins) or pins[end] != pins[start]:
            if pins[start] is not None:
                lines.append(f'{name}=={pins[start]}' + marker(list(range(start, end)), versions))
            start = end
    return lines


def main() -> None:
    """Resolve for every interpreter of the command line and write the lock."""
    interpreters = sorted((python_version(name), name) for name in sys.argv[1:])
    versions = [version for version, _ in interpreters]
    if not versions:
        raise SystemExit('usage: lock_requirements.py INTERPRETER…')
    resolved = [resolve(name) for _, name in interpreters]
    lines = [HEADER.format(versions=', '.join('{}.{}'.format(*version) for version in versions))]
    for name in sorted(set().union(*resolved)):
        lines += lock_lines(name, [pins.get(name) for pins in resolved], versions)
    (HERE / 'requirements.txt').write_text('\n'.join(lines) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
