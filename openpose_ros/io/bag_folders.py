# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where bags are."""

from __future__ import annotations

from pathlib import Path

METADATA = 'metadata.yaml'
_FILES = ('.mcap', '.db3')


def find_bags(place: Path) -> list[Path]:
    """
    Return the bags at a place, in the order of their names.

    :param place: A bag, which is a folder with metadata.yaml or a single file, or a folder of bags
        at any depth. Names that begin with a dot are passed over.
    :raises ValueError: If there is no bag.
    """
    if not place.exists():
        raise ValueError(f"'{place}' does not exist, expected a bag or a folder of bags")
    if place.is_file() and place.suffix not in _FILES:
        raise ValueError(f"'{place}' is no bag, expected a folder, or a .mcap or .db3 file")
    bags = _bags_in(place)
    if not bags:
        raise ValueError(f"no bag in '{place}', expected folders with {METADATA}, or .mcap files")
    return bags


def output_of(bag: Path, place: Path, output: Path) -> Path:
    """
    Return where the result of a bag goes.

    :param bag: One of the bags found at the place.
    :param place: The place.
    :param output: Folder for the result of a bag, or for a folder like that of the bags.
    """
    if bag == place:
        return output
    inside = bag.relative_to(place)
    return output / (inside.with_suffix('') if bag.is_file() else inside)


def bytes_of(bag: Path) -> int:
    """
    Return the size of a bag.

    :param bag: Folder or file.
    """
    files = bag.iterdir() if bag.is_dir() else [bag]
    return sum(file.stat().st_size for file in files if file.is_file())


def _bags_in(place: Path) -> list[Path]:
    if place.is_file() or (place / METADATA).is_file():
        return [place]
    bags = []
    for entry in sorted(place.iterdir()):
        if not entry.name.startswith('.') and (entry.is_dir() or entry.suffix in _FILES):
            bags += _bags_in(entry)
    return bags
