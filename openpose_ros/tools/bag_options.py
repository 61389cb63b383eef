# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is done with a bag, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
import hashlib
from pathlib import Path

from openpose_ros.networks.loading import load_model
from openpose_ros.temporal.smoothing import SmoothingParameters
from openpose_ros.temporal.tracking import TrackingParameters
from openpose_ros.tools.command_line import EstimatorOptions


@dataclass(frozen=True)
class BagOptions:
    """
    What is done with each bag.

    :param detection: How people are found, and what of them besides the body.
    :param images: Image topics, each possibly with ``:=NAMESPACE``; empty: all.
    :param rate_hz: Images per second and topic that are processed, 0: all.
    :param only_new: Leave out what the bag holds already.
    :param tracking: Whether people of an image topic have ids, and left and right are kept.
    :param smoothing: Whether keypoints are smoothed.
    :param calibration: File of the cameras; None: no people in space.
    :param cameras: Names of the cameras in the order of the images; empty: by name.
    :param space: ``--set`` of the 3D part.
    :param frame_id: World frame of people in space.
    """

    detection: EstimatorOptions
    images: tuple[str, ...] = ()
    rate_hz: float = 0.0
    only_new: bool = False
    tracking: TrackingParameters = TrackingParameters()
    smoothing: SmoothingParameters = SmoothingParameters()
    calibration: Path | None = None
    cameras: tuple[str, ...] = ()
    space: tuple[str, ...] = ()
    frame_id: str = 'world'

    def settings(self) -> dict[str, str]:
        """
        Return what the results depend on, to tell whether a bag was made with the same.

        :raises ValueError: If model or calibration cannot be read.
        """
        detection = self.detection
        calibration = '' if self.calibration is None else _hash_of(self.calibration)
        return {
            'model': f'{detection.model} {load_model(detection.model).sha256}',
            **{
                info.name: str(getattr(group, info.attribute))
                for group in (detection.inputs, self.tracking, self.smoothing)
                for info in group.infos()
            },
            'thresholds': str(detection.parser),
            'parts': ' '.join(detection.parts),
            'images': ' '.join(self.images),
            'rate_hz': str(self.rate_hz),
            'only_new': str(self.only_new),
            'calibration': calibration,
            'cameras': ' '.join(self.cameras),
            'space': ' '.join(self.space),
            'frame_id': self.frame_id,
        }


@dataclass
class BagTally:
    """
    What happened to a bag.

    :param images: Images processed.
    :param skipped: Images left out by the rate.
    :param people: People found in the images.
    :param view_sets: Instants of which people in space were written.
    :param people_3d: People in them.
    :param views_left_out: Views that are in no view set.
    :param bad: Images that could not be used, by topic, and why for the first one.
    :param notes: What else there is to say.
    """

    images: int = 0
    skipped: int = 0
    people: int = 0
    view_sets: int = 0
    people_3d: int = 0
    views_left_out: int = 0
    bad: dict[str, tuple[int, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add_bad(self, topic: str, reason: str) -> None:
        """
        Count an image that cannot be used.

        :param topic: Its topic.
        :param reason: What is wrong with it.
        """
        count, first = self.bad.get(topic, (0, reason))
        self.bad[topic] = count + 1, first

    def bad_lines(self) -> list[str]:
        """Return how many images of each topic could not be used, and why the first could not."""
        return [
            f"'{topic}': {count} bad images, the first: {reason}"
            for topic, (count, reason) in self.bad.items()
        ]

    def describe(self) -> str:
        """Return the counts as one line."""
        texts = [f'{self.images} images, {self.people} people']
        if self.view_sets or self.views_left_out:
            texts.append(f'{self.people_3d} people in space in {self.view_sets} view sets')
        if self.views_left_out:
            texts.append(f'{self.views_left_out} views in none')
        if self.skipped:
            texts.append(f'{self.skipped} images left out by the rate')
        if self.bad:
            texts.append(f'{sum(count for count, _ in self.bad.values())} bad images')
        return ', '.join(texts)


def _hash_of(path: Path) -> str:
    """Return a hash of a file, or of the files of a folder."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    try:
        return hashlib.sha256(b''.join(file.read_bytes() for file in files)).hexdigest()
    except OSError as error:
        raise ValueError(f"calibration '{path}' cannot be read: {error.strerror}") from error
