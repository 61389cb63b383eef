# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A bag as a piece of work: done once, skipped from then on, never left half done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import json
from pathlib import Path

from rosbags.typesys.store import Typestore

from openpose_ros.io.bag_folders import bytes_of
from openpose_ros.io.bag_folders import METADATA
from openpose_ros.io.bag_types import read_typestore
from openpose_ros.io.bag_writer import BagWriter
from openpose_ros.io.bag_writer import is_empty_folder
from openpose_ros.io.bags import BagError
from openpose_ros.io.bags import BagReader
from openpose_ros.networks.loading import share_directories
from openpose_ros.pose2d.engine import EngineError
from openpose_ros.tools.bag_options import BagOptions
from openpose_ros.tools.bag_options import BagTally
from openpose_ros.tools.bag_processing import BagProcess

PACKAGE = 'openpose_ros'

WRITTEN = 'written'
SKIPPED = 'skipped'
BAD = 'bad'
STOPPED = 'stopped'


@dataclass(frozen=True)
class BagJob:
    """
    A bag to be processed.

    :param source: The bag.
    :param target: Folder of the bag to be written.
    :param storage: ``sqlite3`` or ``mcap``; empty: as the source.
    """

    source: Path
    target: Path
    storage: str = ''


@dataclass(frozen=True)
class BagOutcome:
    """
    What became of a bag.

    :param kind: ``written``, ``skipped``, ``bad`` or ``stopped``.
    :param text: Counts, or what is wrong.
    :param remarks: Lines for stderr.
    :param images: Images processed.
    """

    kind: str
    text: str
    remarks: tuple[str, ...] = ()
    images: int = 0


def run_job(
    job: BagJob,
    options: BagOptions,
    report: Callable[[int, int], None] = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
) -> BagOutcome:
    """
    Process a bag, unless that was done before with the same options.

    :param job: The bag.
    :param options: What is wanted.
    :param report: Told how many images of how many are done.
    :param stop: Asked now and then; nothing is left behind.
    """
    try:
        store = own_typestore()
        note = _note_of(job, options)
        if job.target.exists() and not is_empty_folder(job.target):
            return _finished_before(job.target, note, store)
        tally = _process(job, options, note, store, report, stop)
    except KeyboardInterrupt:
        return BagOutcome(STOPPED, 'interrupted')
    except (ValueError, OSError, EngineError) as error:
        return BagOutcome(BAD, str(error))
    remarks = (*tally.notes, *tally.bad_lines())
    return BagOutcome(WRITTEN, tally.describe(), remarks, tally.images)


def own_typestore() -> Typestore:
    """
    Return the types of ROS 2 and of this package, from its ``.msg`` files.

    :raises ValueError: If the files are not there.
    """
    folders = share_directories('msg')
    folder = next((one for one in folders if any(one.glob('*.msg'))), folders[-1])
    return read_typestore(folder, PACKAGE)


def _process(
    job: BagJob,
    options: BagOptions,
    note: dict[str, str],
    store: Typestore,
    report: Callable[[int, int], None],
    stop: Callable[[], bool],
) -> BagTally:
    with BagReader(job.source, store) as reader:
        process = BagProcess(reader, options)
        total = process.total
        report(0, total)
        noted = {PACKAGE: json.dumps(note)}
        with BagWriter(job.target, job.storage or reader.format, store, noted) as writer:
            process.run(writer, lambda done: report(done, total), stop)
    return process.tally


def _note_of(job: BagJob, options: BagOptions) -> dict[str, str]:
    """Return what the result depends on."""
    source = f'{job.source.name}, {bytes_of(job.source)} bytes'
    return {'source': source, 'storage': job.storage, **options.settings()}


def _finished_before(target: Path, note: dict[str, str], store: Typestore) -> BagOutcome:
    text = None
    if (target / METADATA).is_file():
        with BagReader(target, store) as reader:
            text = reader.custom_data.get(PACKAGE)
    if text is None:
        raise BagError(f"'{target}' is there already and was not made by this program")
    found = json.loads(text)
    other = [key for key, value in note.items() if found.get(key) != value]
    if other:
        changes = ', '.join(f"{key} '{found.get(key)}', now '{note[key]}'" for key in other)
        raise BagError(f"'{target}' was made with other settings ({changes}): remove it first")
    return BagOutcome(SKIPPED, 'finished before')
