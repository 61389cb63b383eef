# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which topics of a bag hold the images, and where their results go."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from openpose_ros.io.bags import BagTopic

IMAGE = 'sensor_msgs/msg/Image'
COMPRESSED_IMAGE = 'sensor_msgs/msg/CompressedImage'
# As the launch files: namespace and names of the results.
PEOPLE = 'people'
SPACE_TOPIC = f'/{PEOPLE}/keypoints_3d'
SPACE_SKELETONS = f'/{PEOPLE}/skeletons'
_COMPRESSED = '/compressed'
_NO_PICTURES = ('/compressedDepth', '/theora')
_RENAMED = ':='


@dataclass(frozen=True)
class ImageTopic:
    """
    Images to be processed.

    :param name: Topic of the images.
    :param namespace: Namespace of the results, which begins and does not end with a slash.
    """

    name: str
    namespace: str

    @property
    def keypoints(self) -> str:
        """Topic of the people, their bodies only."""
        return f'{self.namespace}/keypoints'

    @property
    def keypoints_full(self) -> str:
        """Topic of the people with their faces, hands and feet."""
        return f'{self.namespace}/keypoints_full'

    @property
    def skeletons(self) -> str:
        """Latched topic of the skeletons."""
        return f'{self.namespace}/skeletons'


def choose_image_topics(
    topics: Sequence[BagTopic], wanted: Sequence[str]
) -> tuple[ImageTopic, ...]:
    """
    Return the topics to be processed, in the order of their names or as wanted.

    :param topics: Topics of the bag.
    :param wanted: Names of topics, each followed by ``:=NAMESPACE`` if the results shall go to
        another one; empty: all that hold images. Of raw and compressed ones the raw are taken.
    :raises ValueError: If one is not there, holds no images, or two have the same namespace;
        names those there are.
    """
    types = {topic.name: topic.type_name for topic in topics}
    names = sorted(name for name, kind in types.items() if kind in (IMAGE, COMPRESSED_IMAGE))
    if wanted:
        chosen = [_wanted(one, types, names) for one in wanted]
    else:
        chosen = [_placed(name) for name in names if not _is_left_out(name, names)]
    if not chosen:
        raise ValueError(f'no image topic, only {", ".join(types) or "no topic at all"}')
    for one in chosen:
        alike = [other.name for other in chosen if other.namespace == one.namespace]
        if len(alike) > 1:
            raise ValueError(
                f"the results of {' and '.join(alike)} would go to '{one.namespace}', expected a "
                f'namespace each: --image {one.name}{_RENAMED}/other'
            )
    return tuple(chosen)


def _wanted(text: str, types: Mapping[str, str], names: Sequence[str]) -> ImageTopic:
    name, renamed, namespace = text.partition(_RENAMED)
    name = '/' + name.strip('/')
    choices = ', '.join(names) or 'none: the bag holds no images'
    if name not in types:
        raise ValueError(f"no topic '{name}', expected one of {choices}")
    if name not in names:
        raise ValueError(f"topic '{name}' is of type {types[name]}, expected one of {choices}")
    return ImageTopic(name, '/' + namespace.strip('/')) if renamed else _placed(name)


def _placed(name: str) -> ImageTopic:
    above = name.removesuffix(_COMPRESSED).rpartition('/')[0]
    return ImageTopic(name, f'{above}/{PEOPLE}')


def _is_left_out(name: str, names: Sequence[str]) -> bool:
    # Those are depths and pieces of a video, although their type says images.
    if name.endswith(_NO_PICTURES):
        return True
    return name.endswith(_COMPRESSED) and name.removesuffix(_COMPRESSED) in names
