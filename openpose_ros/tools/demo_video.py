# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The video of the demo: fetched once with pip, verified, kept in the cache."""

from __future__ import annotations

from pathlib import Path
import subprocess
import sys
import tempfile
import zipfile

from openpose_ros.tools.download_cache import cached_file

# A video of two people walking, in a package under the BSD 3-clause licence.
_REQUIREMENT = 'sports2d==0.8.34'
_MEMBER = 'Sports2D/Demo/demo.mp4'
_SHA256 = 'd9a66417185647b112304b57093f0c180f37a768e6a14daca75ca541f3b78039'
_TIMEOUT_SEC = 300.0


def demo_video() -> Path:
    """
    Return the demo's video, which is downloaded at the first call.

    :raises ValueError: If it cannot be downloaded or is another one.
    """
    return cached_file('demo.mp4', _SHA256, _download)


def _download() -> bytes:
    print(f'fetching the demo video from {_REQUIREMENT}', flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, '-m', 'pip', 'download', '--no-deps', '--quiet']
        command += ['--disable-pip-version-check', '--dest', temporary, _REQUIREMENT]
        try:
            subprocess.run(command, check=True, timeout=_TIMEOUT_SEC)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise ValueError(f'pip cannot download {_REQUIREMENT}: {error}') from error
        (wheel,) = Path(temporary).glob('*.whl')
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(_MEMBER)
