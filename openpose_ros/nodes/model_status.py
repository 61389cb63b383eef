# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which networks a node uses and where they run."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from openpose_ros.nodes.diagnostic_status import Finding
from openpose_ros.nodes.diagnostic_status import Level
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostic_status import status_of
from openpose_ros.nodes.frame_status import MODEL


@dataclass(frozen=True)
class UsedModel:
    """
    A network in use.

    :param name: Name of the model.
    :param sha256: Of the network's file, in hexadecimal digits.
    :param provider: The execution provider that runs it.
    :param wanted: The one that was asked for.
    """

    name: str
    sha256: str
    provider: str
    wanted: str

    def describe(self) -> str:
        """Return name and provider for the log."""
        return f"model '{self.name}' on '{self.provider}'"

    def fall_back(self) -> str:
        """Return that another provider was asked for, an empty text if it was not."""
        if self.provider == self.wanted:
            return ''
        return (
            f"model '{self.name}': provider '{self.wanted}' was asked for, '{self.provider}' is "
            'used'
        )


def model_status(models: Sequence[UsedModel], facts: Mapping[str, str]) -> Status:
    """
    Judge where the networks run.

    :param models: All that the node uses.
    :param facts: Further values.
    """
    findings = [Finding(Level.WARN, one.fall_back()) for one in models if one.fall_back()]
    values = {
        'models': ', '.join(one.name for one in models),
        'provider': ', '.join(sorted({one.provider for one in models})),
        **facts,
    }
    values |= {f'{one.name}_sha256': one.sha256 for one in models}
    text = f"{values['models']} on {values['provider']}"
    return status_of(MODEL, findings, otherwise=text, values=values)
