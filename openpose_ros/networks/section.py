# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a mapping of a YAML file with errors that name the file, the key and the value found."""

from __future__ import annotations

import math
from pathlib import Path
import re
from typing import Any
from typing import NoReturn

import yaml


class Section:
    """
    One mapping of a YAML file, at some depth.

    :param path: The file, for messages.
    :param values: The mapping as YAML gave it.
    :param prefix: Dotted key of the mapping in the file, empty at the top.
    :raises ValueError: If ``values`` is not a mapping.
    """

    def __init__(self, path: Path, values: Any, prefix: str = '') -> None:
        self.path = path
        self.prefix = prefix
        if not isinstance(values, dict):
            where = f"key '{prefix}'" if prefix else 'the file'
            raise ValueError(f'{path}: {where} is {shown(values)}, expected a mapping')
        self.values = values

    @classmethod
    def read(cls, path: Path) -> Section:
        """
        Read a YAML file.

        :param path: The file.
        :raises ValueError: If the file cannot be read or is not a YAML mapping.
        """
        try:
            values = yaml.safe_load(path.read_text(encoding='utf-8'))
        except OSError as error:
            raise ValueError(f'{path}: cannot be read: {error.strerror}') from error
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            raise ValueError(f'{path}: not a YAML text file: {error}') from error
        return cls(path, values)

    def fail(self, key: str, expected: str) -> NoReturn:
        """
        Refuse the value of a key.

        :param key: Key in this mapping.
        :param expected: What a right value would be.
        :raises ValueError: Always; names file, dotted key, value found and ``expected``.
        """
        found = f'is {shown(self.values[key])}' if key in self.values else 'is missing'
        raise ValueError(f"{self.path}: key '{self._dotted(key)}' {found}, expected {expected}")

    def require_known(self, *keys: str) -> None:
        """
        Refuse keys that mean nothing, for a misspelt key would otherwise be ignored.

        :param keys: The keys allowed.
        :raises ValueError: Names the first unknown key and the keys allowed.
        """
        for key in self.values:
            if key not in keys:
                raise ValueError(
                    f"{self.path}: unknown key '{self._dotted(str(key))}', "
                    f'expected one of {", ".join(keys)}'
                )

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fail(key, 'a text')
        return value

    def sha256(self, key: str = 'sha256') -> str:
        """Return a checksum in lower case."""
        value = self.values.get(key)
        if not isinstance(value, str) or not re.fullmatch('[0-9a-fA-F]{64}', value):
            self.fail(key, '64 hexadecimal digits as text')
        return value.lower()

    def choice(self, key: str, *choices: str) -> str:
        """Return one of some texts."""
        value = self.values.get(key)
        if value not in choices:
            self.fail(key, f'one of {", ".join(choices)}')
        return str(value)

    def flag(self, key: str) -> bool:
        """Return a truth value."""
        value = self.values.get(key)
        if not isinstance(value, bool):
            self.fail(key, 'true or false')
        return value

    def count(self, key: str, low: int) -> int:
        """Return an integer of at least ``low``."""
        value = self.values.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < low:
            self.fail(key, f'an integer of at least {low}')
        return value

    def number(
        self, key: str, *, default: float | None = None, positive: bool = False
    ) -> float:
        """Return a finite number; without a default the key is required."""
        value: Any = self.values.get(key, default)
        if not _is_number(value) or (positive and value <= 0):
            self.fail(key, 'a number above 0' if positive else 'a number')
        return float(value)

    def numbers(self, key: str, default: tuple[float, ...]) -> tuple[float, ...]:
        """Return as many finite numbers as the default has."""
        value = self.values.get(key, default)
        fits = isinstance(value, (list, tuple)) and len(value) == len(default)
        if not fits or not all(_is_number(item) for item in value):
            self.fail(key, f'{len(default)} numbers')
        return tuple(float(item) for item in value)

    def fraction(self, key: str) -> float:
        """Return a number from 0 to 1."""
        value: Any = self.values.get(key)
        if not _is_number(value) or not 0 <= value <= 1:
            self.fail(key, 'a number from 0 to 1')
        return float(value)

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        """Return a list of texts; empty only if it is optional."""
        value: Any = self.values.get(key, [] if optional else None)
        fits = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
        if not fits or not (value or optional):
            self.fail(key, 'a list of texts')
        return tuple(value)

    def rows(self, key: str, *, optional: bool = False) -> tuple[tuple[Any, ...], ...]:
        """Return a list of lists; empty only if it is optional."""
        value: Any = self.values.get(key, [] if optional else None)
        fits = isinstance(value, list) and all(isinstance(row, list) for row in value)
        if not fits or not (value or optional):
            self.fail(key, 'a list of lists')
        return tuple(tuple(row) for row in value)

    def section(self, key: str) -> Section:
        """Return the mapping under a key."""
        if not isinstance(self.values.get(key), dict):
            self.fail(key, 'a mapping')
        return Section(self.path, self.values[key], self._dotted(key))

    def _dotted(self, key: str) -> str:
        return f'{self.prefix}.{key}' if self.prefix else key


def shown(value: Any, limit: int = 80) -> str:
    """
    Return a value as a message shows it, shortened.

    :param value: Value to show.
    :param limit: Longest text returned, in characters.
    """
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + '...'


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value)
