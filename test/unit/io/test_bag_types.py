# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Types of the message files are those that ROS generates."""

from __future__ import annotations

import json
from pathlib import Path
import sys

import bags_or_skip  # noqa: F401 - rosbags may be missing
import pytest
from rosbags.interfaces import Connection
from rosbags.interfaces import ConnectionExtRosbag2
from rosbags.interfaces import MessageDefinition
from rosbags.interfaces import MessageDefinitionFormat

from openpose_ros.io.bag_types import definition_of
from openpose_ros.io.bag_types import read_typestore

ROOT = Path(__file__).parents[3]
NAMES = sorted(path.stem for path in (ROOT / 'msg').glob('*.msg'))
NO_TEXT = MessageDefinition(MessageDefinitionFormat.NONE, '')


def topic(kind: str, definition: MessageDefinition = NO_TEXT, digest: str = '') -> Connection:
    ext = ConnectionExtRosbag2('cdr', [])
    return Connection(1, '/topic', kind, definition, digest, 0, ext, None)


@pytest.mark.parametrize('name', NAMES)
def test_hash_is_the_one_ros_generates(name: str) -> None:
    generated = Path(sys.prefix) / 'share' / 'openpose_ros' / 'msg' / f'{name}.json'
    if not generated.is_file():
        pytest.skip('the interfaces are not built')
    hashes = {
        one['type_name']: one['hash_string']
        for one in json.loads(generated.read_text())['type_hashes']
    }
    kind = f'openpose_ros/msg/{name}'
    assert read_typestore(ROOT / 'msg', 'openpose_ros').hash_rihs01(kind) == hashes[kind]


def test_read_typestore_without_messages_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"no .msg file in '{tmp_path}'.*openpose_ros"):
        read_typestore(tmp_path, 'openpose_ros')


def test_read_typestore_names_the_file_it_does_not_understand(tmp_path: Path) -> None:
    (tmp_path / 'Odd.msg').write_text('float32[[ x\n')
    with pytest.raises(ValueError, match=r'Odd\.msg'):
        read_typestore(tmp_path, 'odd')


def test_definition_of_keeps_what_the_bag_says() -> None:
    store = read_typestore(ROOT / 'msg', 'openpose_ros')
    own = MessageDefinition(MessageDefinitionFormat.MSG, 'int32 size  # of their own\n')
    hashed = topic('their/msg/Own', own, 'RIHS01_ab')
    assert definition_of(hashed, store) == (own.data, 'RIHS01_ab')
    text, digest = definition_of(topic('their/msg/Own', own), store) or ('', '')
    assert text == own.data
    assert digest.startswith('RIHS01_')


def test_definition_of_a_type_that_the_bag_does_not_define() -> None:
    store = read_typestore(ROOT / 'msg', 'openpose_ros')
    text, digest = definition_of(topic('std_msgs/msg/String'), store) or ('', '')
    assert text.strip() == 'string data'
    # As ROS itself has it: std_msgs/msg/String.json of Kilted.
    assert digest == 'RIHS01_df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18'
    assert definition_of(topic('their/msg/Own'), store) is None


def test_definition_of_idl_gets_the_line_that_says_so() -> None:
    store = read_typestore(ROOT / 'msg', 'openpose_ros')
    idl = 'module their { module msg { struct Own { int32 size; }; }; };'
    definition = MessageDefinition(MessageDefinitionFormat.IDL, idl)
    text, digest = definition_of(topic('their/msg/Own', definition), store) or ('', '')
    assert text == f'{"=" * 80}\nIDL: their/msg/Own\n{idl}'
    assert digest.startswith('RIHS01_')


def test_definition_of_a_text_nobody_understands_is_none() -> None:
    store = read_typestore(ROOT / 'msg', 'openpose_ros')
    odd = MessageDefinition(MessageDefinitionFormat.MSG, 'float32[[ x\n')
    assert definition_of(topic('their/msg/Own', odd), store) is None
