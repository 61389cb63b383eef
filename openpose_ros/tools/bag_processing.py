# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One bag to a bag with its people: reads in the order of the recording, writes in the same."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from rosbags.interfaces import Connection

from openpose_ros.conversions.images import image_from_compressed_msg
from openpose_ros.conversions.images import image_from_msg
from openpose_ros.conversions.stamps import stamp_ns
from openpose_ros.io.bag_writer import BagWriter
from openpose_ros.io.bags import BagMessage
from openpose_ros.io.bags import BagReader
from openpose_ros.io.bags import BagTopic
from openpose_ros.pose3d.calibration_files import read_cameras
from openpose_ros.skeletons import get_skeleton
from openpose_ros.temporal.following import PersonFollower
from openpose_ros.temporal.rate_limit import RateLimit
from openpose_ros.temporal.tracking import PersonTracker
from openpose_ros.tools.bag_options import BagOptions
from openpose_ros.tools.bag_options import BagTally
from openpose_ros.tools.bag_people import finder_of
from openpose_ros.tools.bag_results import BagResults
from openpose_ros.tools.bag_results import result_topics
from openpose_ros.tools.bag_space import SpaceStage
from openpose_ros.tools.bag_topics import choose_image_topics
from openpose_ros.tools.bag_topics import COMPRESSED_IMAGE
from openpose_ros.tools.bag_topics import ImageTopic
from openpose_ros.tools.bag_topics import SPACE_SKELETONS
from openpose_ros.tools.space_parameters import SpaceParameters
from openpose_ros.tools.view_sequence import assign_cameras
from openpose_ros.types import Array
from openpose_ros.types import People2D


class BagProcess:
    """
    Finds the people of a bag that is open; what can be known before is checked at once.

    :param reader: The bag.
    :param options: What is wanted.
    :raises ValueError: If topics, cameras or networks cannot be had.
    """

    def __init__(self, reader: BagReader, options: BagOptions) -> None:
        self.tally = BagTally()
        self._reader = reader
        self._options = options
        self._images = {
            image.name: image for image in choose_image_topics(reader.topics, options.images)
        }
        self._space = self._space_stage()
        self._finder = finder_of(options.detection)
        self._results_of = result_topics(
            tuple(self._images.values()),
            full=bool(options.detection.parts),
            space=self._space is not None,
        )
        skeleton = self._finder.bodies.model.skeleton
        self._followers = {
            name: PersonFollower(skeleton, PersonTracker(options.tracking), options.smoothing)
            for name in self._images
        }
        self._rates = {name: RateLimit(options.rate_hz) for name in self._images}
        self._last_ns = 0

    @property
    def total(self) -> int:
        """Number of images there are."""
        return sum(one.count for one in self._reader.topics if one.name in self._images)

    def run(
        self, writer: BagWriter, advance: Callable[[int], None], stop: Callable[[], bool]
    ) -> None:
        """
        Process all images.

        :param writer: Bag to write.
        :param advance: Told how many images are done.
        :param stop: Asked between two messages.
        :raises KeyboardInterrupt: If the user wants to stop.
        :raises ValueError: If no image could be used, or what is there is damaged.
        """
        copies = self._begin_copies(writer)
        results = BagResults(writer, self._results_of, self._options.frame_id)
        done = 0
        wanted = [
            one for one in self._reader.topics if one.name in self._images or one in copies
        ]
        for message in self._reader.messages(wanted):
            if stop():
                raise KeyboardInterrupt
            self._last_ns = message.time_ns
            if message.topic in copies:
                writer.copy(copies[message.topic], message)
            if message.topic.name in self._images:
                self._process(message, results)
                done += 1
                advance(done)
        if self._space is not None:
            self._write_space(self._space.finish(), results)
            self.tally.views_left_out = self._space.views_left_out()
        if not self.tally.images:
            raise ValueError(self._no_image())

    def _begin_copies(self, writer: BagWriter) -> dict[BagTopic, Connection]:
        if self._options.only_new:
            return {}
        copies, unknown = {}, []
        for topic in self._reader.topics:
            if topic.name in self._results_of:
                self.tally.notes.append(f"topic '{topic.name}' is replaced")
                continue
            connection = writer.copy_topic(topic)
            if connection is None:
                unknown.append(f'{topic.name} ({topic.type_name})')
            else:
                copies[topic] = connection
        if unknown:
            self.tally.notes.append(
                'left out, because the bag does not define their types: ' + ', '.join(unknown)
            )
        return copies

    def _process(self, message: BagMessage, results: BagResults) -> None:
        image = self._images[message.topic.name]
        try:
            decoded = self._reader.decode(message)
            stamp = stamp_ns(decoded)
            if not self._rates[image.name].update(stamp):
                self.tally.skipped += 1
                return
            pixels = _pixels(decoded, message.topic.type_name)
        except ValueError as error:
            self.tally.add_bad(image.name, str(error))
            return
        bodies = self._finder.find_bodies(pixels)
        bodies = self._followers[image.name].update(bodies, stamp)
        people = self._finder.add_parts(pixels, bodies)
        self.tally.images += 1
        self.tally.people += len(people)
        self._write(image, message.time_ns, (bodies, people), decoded.header, results)
        if self._space is not None:
            sets = self._space.add(image.name, stamp, people, message.time_ns)
            self._write_space(sets, results)

    def _write(
        self,
        image: ImageTopic,
        time_ns: int,
        found: tuple[People2D, People2D],
        header: Any,
        results: BagResults,
    ) -> None:
        bodies, people = found
        used = dict.fromkeys(
            (*self._finder.skeletons_of(bodies), *self._finder.skeletons_of(people))
        )
        results.write_skeletons(image.skeletons, time_ns, used)
        results.write(image.keypoints, time_ns, bodies, header)
        if self._options.detection.parts:
            results.write(image.keypoints_full, time_ns, people, header)

    def _write_space(
        self, sets: Sequence[tuple[int, Any]], results: BagResults
    ) -> None:
        for stamp, people in sets:
            names = (people.skeleton, people.face_skeleton, people.hand_skeleton)
            used = [get_skeleton(name) for name in names if name]
            results.write_skeletons(SPACE_SKELETONS, self._last_ns, used)
            results.write_3d(self._last_ns, stamp, people)
            self.tally.view_sets += 1
            self.tally.people_3d += len(people.ids)

    def _space_stage(self) -> SpaceStage | None:
        options = self._options
        if options.calibration is None:
            return None
        topics = list(self._images)
        cameras, how = assign_cameras(
            read_cameras(options.calibration), topics, options.cameras
        )
        pairs = ', '.join(f'{topic} is of {one.name}' for topic, one in zip(topics, cameras))
        self.tally.notes.append(f'cameras {how}: {pairs}')
        return SpaceStage(dict(zip(topics, cameras)), SpaceParameters.of(options.space))

    def _no_image(self) -> str:
        topics = ', '.join(self._images)
        reasons = '; '.join(self.tally.bad_lines()) or 'there is none'
        return f'no image of {topics} could be used: {reasons}'


def _pixels(message: Any, type_name: str) -> Array:
    if type_name == COMPRESSED_IMAGE:
        return image_from_compressed_msg(message)
    return image_from_msg(message)
