# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where programs write: folders that are checked before the work begins, and JSON reports."""

from __future__ import annotations

from collections.abc import Mapping
import json
import os
from pathlib import Path
import tempfile
from typing import Any


def prepare_folder(folder: Path, purpose: str) -> None:
    """
    Make a folder for output and make sure that files can be written into it.

    :param folder: The folder; those above it are made too.
    :param purpose: What it is for, for the message.
    :raises ValueError: If that is impossible; names the purpose, the folder and why.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Trying is the only sure test: permissions say nothing about a read-only file system.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ValueError(
            f"{purpose}: cannot write into folder '{folder}': {error.strerror or error}"
        ) from error


def prepare_report(path: Path) -> None:
    """
    Make sure that a report can be written.

    :param path: File of the report.
    :raises ValueError: If it cannot.
    """
    if path.is_dir():
        raise ValueError(f"the report '{path}' is a folder, expected the name of a file")
    prepare_folder(path.parent, 'the report')


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """
    Write a report as JSON, all of it or nothing.

    :param path: File of the report.
    :param report: What :func:`json.dumps` takes.
    :raises OSError: If it cannot be written.
    """
    temporary = path.with_name(f'{path.name}.part')
    try:
        temporary.write_text(json.dumps(report, indent=2) + '\n', encoding='utf-8')
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
