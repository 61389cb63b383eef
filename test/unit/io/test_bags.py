# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Bags written here, read by others, and bags that are damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import sqlite3

import bags_or_skip  # noqa: F401 - rosbags may be missing
import pytest
import recorded_bags as recorded
from rosbags.highlevel import AnyReader
from rosbags.interfaces import QosDurability
from rosbags.interfaces import QosReliability
from rosbags.rosbag2 import Reader
from rosbags.typesys.store import Typestore

from openpose_ros.io.bag_types import read_typestore
from openpose_ros.io.bag_writer import BagWriter
from openpose_ros.io.bag_writer import FORMATS
from openpose_ros.io.bags import BagError
from openpose_ros.io.bags import BagReader

ROOT = Path(__file__).parents[3]
SKELETONS = 'openpose_ros/msg/SkeletonArray'


@pytest.fixture(scope='module')
def store() -> Typestore:
    return read_typestore(ROOT / 'msg', 'openpose_ros')


@pytest.fixture(params=sorted(FORMATS))
def storage(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def words(count: int) -> Iterator[tuple[str, int, object]]:
    for number, stamp in enumerate(recorded.stamps(count)):
        yield '/words', stamp, recorded.text(f'word {number} ' + 'x' * 1000)
        yield '/others', stamp + 1, recorded.text(f'other {number}')


@pytest.fixture
def bag(tmp_path: Path, storage: str) -> Path:
    return recorded.write_bag(tmp_path / 'bag', words(50), storage)


def copy(source: Path, target: Path, storage: str, store: Typestore, fail_at: int = -1) -> None:
    """Copy a bag, with a topic of ours; fail at one of the messages."""
    with BagReader(source, store) as reader, BagWriter(
        target, storage, store, {'note': 'noted'}
    ) as writer:
        own = writer.add_topic('/skeletons', SKELETONS, latched=True)
        writer.write(own, reader.start_ns, store.types[SKELETONS](skeletons=[]))
        topics = {topic: writer.copy_topic(topic) for topic in reader.topics}
        for number, message in enumerate(reader.messages(reader.topics)):
            if number == fail_at:
                raise KeyboardInterrupt
            connection = topics[message.topic]
            assert connection is not None
            writer.copy(connection, message)


def content(path: Path) -> list[tuple[str, int, bytes]]:
    with Reader(path) as reader:
        return [(one.topic, time, bytes(data)) for one, time, data in reader.messages()]


def test_copied_messages_keep_bytes_times_and_order(
    bag: Path, storage: str, store: Typestore, tmp_path: Path
) -> None:
    other = next(name for name in FORMATS if name != storage)
    copy(bag, tmp_path / 'copy', other, store)
    assert [one for one in content(tmp_path / 'copy') if one[0] != '/skeletons'] == content(bag)


def test_written_bag_defines_its_types(
    bag: Path, storage: str, store: Typestore, tmp_path: Path
) -> None:
    copy(bag, tmp_path / 'copy', storage, store)
    # This reader knows no type but from the bag, and compares their hashes.
    with AnyReader([tmp_path / 'copy']) as reader:
        (own,) = [one for one in reader.connections if one.topic == '/skeletons']
        assert own.msgtype in reader.typestore.fielddefs
        assert own.digest == store.hash_rihs01(SKELETONS)
        (qos,) = own.ext.offered_qos_profiles
        assert qos.durability is QosDurability.TRANSIENT_LOCAL
        assert qos.reliability is QosReliability.RELIABLE
        assert qos.depth == 1


def test_written_mcap_is_read_by_another_library(
    store: Typestore, tmp_path: Path
) -> None:
    bag = recorded.write_bag(tmp_path / 'bag', words(50), 'mcap')
    copy(bag, tmp_path / 'copy', 'mcap', store)
    found = list(recorded.read_mcap(tmp_path / 'copy'))
    assert [(topic, time) for topic, time, _ in found[1:]] == [
        (topic, time) for topic, time, _ in words(50)
    ]
    assert [message.data for _, _, message in found[1:]] == [one.data for _, _, one in words(50)]
    assert found[0][2].skeletons == []


def test_reader_says_what_is_in_the_bag(bag: Path, storage: str, store: Typestore) -> None:
    with BagReader(bag, store) as reader:
        assert reader.format == storage
        assert reader.start_ns == recorded.START_NS
        assert [(one.name, one.type_name, one.count) for one in reader.topics] == [
            ('/words', recorded.TEXT, 50), ('/others', recorded.TEXT, 50),
        ]
        first = next(reader.messages(reader.topics[:1]))
        assert reader.decode(first).data.startswith('word 0 x')
        assert list(reader.messages([])) == []


def test_reader_of_a_single_file(bag: Path, storage: str, store: Typestore) -> None:
    (file,) = [path for path in bag.iterdir() if path.suffix != '.yaml']
    with BagReader(file, store) as reader:
        assert reader.format == storage
        assert len(list(reader.messages(reader.topics))) == 100


def test_writer_that_fails_leaves_nothing(
    bag: Path, storage: str, store: Typestore, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        copy(bag, tmp_path / 'copy', storage, store, fail_at=60)
    assert list(tmp_path.iterdir()) == [bag]


def test_writer_after_one_that_was_killed(
    bag: Path, storage: str, store: Typestore, tmp_path: Path
) -> None:
    part = tmp_path / '.copy.part'
    (part / 'copy').mkdir(parents=True)
    (part / 'copy' / f'copy.{storage}').write_text('half a bag')
    copy(bag, tmp_path / 'copy', storage, store)
    assert len(content(tmp_path / 'copy')) == 101
    assert not part.exists()


def test_writer_does_not_disturb_another(store: Typestore, storage: str, tmp_path: Path) -> None:
    with (
        BagWriter(tmp_path / 'bag', storage, store, {}),
        pytest.raises(BagError, match='being written to by another process'),
    ):
        BagWriter(tmp_path / 'bag', storage, store, {})
    assert (tmp_path / 'bag' / 'metadata.yaml').is_file()


def test_writer_overwrites_nothing(bag: Path, storage: str, store: Typestore) -> None:
    with pytest.raises(BagError, match=f"'{bag}' is there already"):
        BagWriter(bag, storage, store, {})
    assert len(content(bag)) == 100


def test_custom_data_is_kept(
    bag: Path, storage: str, store: Typestore, tmp_path: Path
) -> None:
    copy(bag, tmp_path / 'copy', storage, store)
    with BagReader(tmp_path / 'copy', store) as reader:
        assert reader.custom_data == {'note': 'noted'}


def test_copy_topic_of_a_type_nobody_knows_is_none(tmp_path: Path, store: Typestore) -> None:
    types = read_typestore(ROOT / 'msg', 'their_msgs')
    message = types.types['their_msgs/msg/SkeletonArray'](skeletons=[])
    bag = tmp_path / 'bag'
    with BagWriter(bag, 'sqlite3', types, {}) as writer:
        for name, kind in (('/theirs', message.__msgtype__), ('/words', recorded.TEXT)):
            connection = writer.add_topic(name, kind)
            own = message if name == '/theirs' else recorded.text('known without')
            writer.write(connection, recorded.START_NS, own)
    (file,) = bag.glob('*.db3')
    database = sqlite3.connect(file)
    database.execute('DELETE FROM message_definitions')  # as before ROS 2 Iron
    database.commit()
    database.close()
    with BagReader(bag, store) as reader, BagWriter(
        tmp_path / 'copy', 'mcap', store, {}
    ) as writer:
        assert [writer.copy_topic(topic) is None for topic in reader.topics] == [True, False]


@pytest.mark.parametrize('damage', ['cut', 'garbage', 'empty', 'metadata', 'missing'])
def test_damaged_bag_is_named(bag: Path, damage: str, store: Typestore) -> None:
    (file,) = [path for path in bag.iterdir() if path.suffix != '.yaml']
    data = bytearray(file.read_bytes())
    if damage == 'cut':
        file.write_bytes(data[: len(data) // 2])
    elif damage == 'garbage':
        data[len(data) // 4 : len(data) // 2] = b'\xa5' * (len(data) // 2 - len(data) // 4)
        file.write_bytes(data)
    elif damage == 'empty':
        file.write_bytes(b'')
    elif damage == 'metadata':
        (bag / 'metadata.yaml').write_text('rosbag2_bagfile_information: [1, 2')
    else:
        file.unlink()
    with (
        pytest.raises(BagError, match=f"'{bag}': the bag cannot be read: ."),
        BagReader(bag, store) as reader,
    ):
        assert len(list(reader.messages(reader.topics))) == 100


def test_decode_of_bytes_that_are_no_message_names_the_topic(
    bag: Path, store: Typestore
) -> None:
    with BagReader(bag, store) as reader:
        message = next(reader.messages(reader.topics[:1]))
        broken = type(message)(message.topic, message.time_ns, message.data[:9])
        with pytest.raises(BagError, match="a message of '/words' is damaged"):
            reader.decode(broken)
