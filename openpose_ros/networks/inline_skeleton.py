# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Skeletons written in a model's metadata, so that networks for vehicles or animals work."""

from __future__ import annotations

from typing import Any

from openpose_ros.networks.section import Section
from openpose_ros.networks.section import shown
from openpose_ros.skeletons import get_skeleton
from openpose_ros.skeletons import Limb
from openpose_ros.skeletons import Skeleton

LIMB_FORM = '[start part, end part, PAF x channel] and, if it is not drawn, false'


def skeleton_of(model: Section, key: str = 'skeleton') -> Skeleton:
    """
    Return the skeleton of a PAF model: a registered name or an inline mapping.

    :param model: The model's metadata.
    :param key: Key of the skeleton.
    :raises ValueError: If it is wrong or has no limbs with PAF channels; names file and key.
    """
    value = model.values.get(key)
    if isinstance(value, dict):
        skeleton = _read_skeleton(model.section(key))
    else:
        skeleton = registered_skeleton(model, key)
    if not skeleton.limbs or any(limb.paf_channel < 0 for limb in skeleton.limbs):
        model.fail(key, 'a skeleton whose limbs have PAF channels')
    return skeleton


def registered_skeleton(model: Section, key: str = 'skeleton') -> Skeleton:
    """
    Return the skeleton that a model's metadata name.

    :param model: The model's metadata.
    :param key: Key of the name.
    :raises ValueError: If there is none of that name; names file, key and choices.
    """
    if not isinstance(model.values.get(key), str):
        model.fail(key, 'the name of a registered skeleton or a mapping')
    try:
        return get_skeleton(model.values[key])
    except ValueError as error:
        raise ValueError(f"{model.path}: key '{key}': {error}") from error


def _read_skeleton(section: Section) -> Skeleton:
    section.require_known('name', 'parts', 'limbs', 'mirror', 'uncounted')
    try:
        return Skeleton(
            name=section.text('name'),
            parts=section.texts('parts'),
            limbs=tuple(_limb(section, row) for row in section.rows('limbs')),
            mirror=tuple(_pair(section, row) for row in section.rows('mirror', optional=True)),
            uncounted=section.texts('uncounted', optional=True),
        )
    except ValueError as error:
        # What the skeleton itself refuses does not know the file.
        if str(error).startswith(f'{section.path}:'):
            raise
        raise ValueError(f"{section.path}: key '{section.prefix}': {error}") from error


def _limb(section: Section, row: tuple[Any, ...]) -> Limb:
    kinds = (str, str, int, bool)[: len(row)]
    fits = len(row) in (3, 4) and tuple(type(value) for value in row) == kinds
    if not fits or row[2] < 0:
        raise ValueError(
            f"{section.path}: key '{section.prefix}.limbs' holds {shown(list(row))}, "
            f'expected {LIMB_FORM}'
        )
    return Limb(*row)


def _pair(section: Section, row: tuple[Any, ...]) -> tuple[str, str]:
    if len(row) != 2 or not all(isinstance(part, str) for part in row):
        raise ValueError(
            f"{section.path}: key '{section.prefix}.mirror' holds {shown(list(row))}, "
            f'expected [left part, right part]'
        )
    return (row[0], row[1])
