# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
Use an installed package as its users do; started by the tests in a process of its own.

Prints as JSON where things came from: a message that went through serialisation, a module, and
the modules named on the command line.
"""
from __future__ import annotations

from importlib.util import find_spec
import json
import sys

from rclpy.serialization import deserialize_message
from rclpy.serialization import serialize_message

import openpose_ros.msg
from openpose_ros.msg import Keypoints
from openpose_ros.msg import Person
from openpose_ros.msg import PoseArray
import openpose_ros.types

sent = PoseArray(skeleton='coco_18', people=[
    Person(id=7, body=Keypoints(x=[1.5, 2.5], y=[3.5, 4.5], score=[0.5, 1.0]))])
received = deserialize_message(serialize_message(sent), PoseArray)
assert received == sent, received

print(json.dumps({
    'messages': openpose_ros.msg.__file__,
    'types': openpose_ros.types.__file__,
    'id': received.people[0].id,
    'missing': [name for name in sys.argv[1:] if find_spec(name) is None],
}))
