# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the 3D part on the command line: ``--set triangulation.min_views=3``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from typing import TypeVar

import yaml

from openpose_ros.parameters import ParameterGroup
from openpose_ros.pose3d.matching.association_parameters import AssociationParameters
from openpose_ros.pose3d.reconstructor import ReconstructionParameters
from openpose_ros.pose3d.reconstructor import Reconstructor
from openpose_ros.pose3d.triangulation import TriangulationParameters
from openpose_ros.temporal.tracking_3d import PersonTracker3D
from openpose_ros.temporal.tracking_3d import Tracking3DParameters

_Group = TypeVar('_Group', bound=ParameterGroup)


@dataclass(frozen=True)
class SpaceParameters:
    """
    Parameters of everything between views and people with identities.

    :param association: Who is who in the views.
    :param triangulation: Points from the views.
    :param reconstruction: Who is kept, and what of them.
    :param tracking: How people keep their identity.
    """

    association: AssociationParameters = AssociationParameters()
    triangulation: TriangulationParameters = TriangulationParameters()
    reconstruction: ReconstructionParameters = ReconstructionParameters()
    tracking: Tracking3DParameters = Tracking3DParameters()

    @classmethod
    def of(cls, assignments: Sequence[str]) -> SpaceParameters:
        """
        Return the defaults but for the values given.

        :param assignments: ``NAME=VALUE`` each, the value written as in YAML.
        :raises ValueError: If a name is unknown or a value is wrong; names the choices.
        """
        own = cls()
        values = _values_of(
            assignments, (own.association, own.triangulation, own.reconstruction, own.tracking)
        )
        return cls(
            _with_values(own.association, values),
            _with_values(own.triangulation, values),
            _with_values(own.reconstruction, values),
            _with_values(own.tracking, values),
        )

    def reconstructor(self) -> Reconstructor:
        """Return what makes people of views."""
        return Reconstructor(self.association, self.triangulation, self.reconstruction)

    def tracker(self) -> PersonTracker3D:
        """Return what gives people identities, new for each recording."""
        return PersonTracker3D(self.tracking)


def add_space_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Add ``--set``, which may be given many times.

    :param parser: Parser of a program.
    """
    parser.add_argument(
        '--set',
        action='append',
        default=[],
        metavar='NAME=VALUE',
        help='a parameter of association, triangulation, reconstruction or tracking, as in '
        'docs/parameters.md; may be given many times',
    )


def _values_of(assignments: Sequence[str], groups: Sequence[ParameterGroup]) -> dict[str, object]:
    names = [info.name for group in groups for info in group.infos()]
    values = {}
    for assignment in assignments:
        name, equals, text = assignment.partition('=')
        if not equals or name not in names:
            raise ValueError(
                f"--set '{assignment}', expected NAME=VALUE, NAME one of {', '.join(names)}"
            )
        try:
            values[name] = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ValueError(f"--set '{assignment}': the value is no YAML") from error
    return values


def _with_values(group: _Group, values: dict[str, object]) -> _Group:
    given = {
        info.attribute: info.check(values[info.name])
        for info in group.infos()
        if info.name in values
    }
    return replace(group, **given)
