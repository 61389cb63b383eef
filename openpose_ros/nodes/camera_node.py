# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""
camera_node: publishes the images of a file, a folder, a video, a camera or a stream.

Stamps are honest. A camera's image carries the time at which it was grabbed. A recording is
played in real time: each image carries the time at which it is due, start + media time, which is
never in the future when it is published and never drifts. Who is late is skipped, not sent in a
burst. A recording ends the node with exit code 0, a camera that stops delivering with 1.
"""

from __future__ import annotations

import sys
import threading

from rclpy.node import Node
from rclpy.task import Future

from openpose_ros.io.calibration import read_calibration
from openpose_ros.nodes.camera_parameters import CAMERA_GROUPS
from openpose_ros.nodes.camera_parameters import CameraParameters
from openpose_ros.nodes.camera_parameters import PublishParameters
from openpose_ros.nodes.camera_parameters import SourceParameters
from openpose_ros.nodes.camera_player import CameraPlayer
from openpose_ros.nodes.diagnostic_status import Status
from openpose_ros.nodes.diagnostics_parameters import FrameLimits
from openpose_ros.nodes.frame_publisher import FramePublisher
from openpose_ros.nodes.frame_statistics import FrameReport
from openpose_ros.nodes.frame_status import frame_status
from openpose_ros.nodes.frame_store import FrameStore
from openpose_ros.nodes.parameters import NodeParameters
from openpose_ros.nodes.running import NodeError
from openpose_ros.nodes.running import run_node
from openpose_ros.nodes.surroundings import ALONE
from openpose_ros.nodes.surroundings import Surroundings
from openpose_ros.nodes.work_report import WorkReport
from openpose_ros.parameters import ParameterGroup

_STOP_SEC = 0.3  # for the thread that plays; the process is to be gone after a second


class CameraNode(Node):
    """
    Publishes ``image``, and on request ``image/compressed`` and ``camera_info``.

    ``finished`` is a future: done at the end of a recording, an exception in it is a failure.

    :raises ValueError: If a parameter or the calibration file is wrong.
    """

    def __init__(self, surroundings: Surroundings = ALONE) -> None:
        """Read the parameters, make the publishers and start the thread that plays."""
        super().__init__('camera_node', **surroundings.options)
        self.finished = Future()
        try:
            self._publisher, self._player = self._build_player(surroundings.frames)
        except ValueError:
            # There is no thread yet that this class's destroy_node could end.
            super().destroy_node()
            raise
        # Opening a stream takes seconds, and Ctrl-C must end the node meanwhile.
        self._thread = threading.Thread(target=self._play, name='player', daemon=True)
        self._thread.start()
        self._report.start()

    def destroy_node(self) -> None:
        """Stop the thread, then destroy the node."""
        self._player.stop()
        # A camera that hangs holds its thread; the end of the process must not wait for it.
        self._thread.join(_STOP_SEC)
        self._report.stop()
        self._report.close()
        self._publisher.close()
        super().destroy_node()

    def _build_player(self, frames: FrameStore | None) -> tuple[FramePublisher, CameraPlayer]:
        self.parameters = NodeParameters(self, CAMERA_GROUPS, on_change=self._on_change)
        parameters = self.parameters
        camera = parameters.get(CameraParameters)
        if not parameters.get(SourceParameters).uri:
            raise ValueError(
                "parameter 'source.uri' is empty, expected an image, a folder, a video, a camera "
                'or a URL'
            )
        calibration = (
            read_calibration(camera.calibration_file) if camera.calibration_file else None
        )
        compressed = parameters.get(PublishParameters).compressed
        publisher = FramePublisher(
            self,
            camera.frame_id,
            compressed=compressed,
            calibration=calibration,
            frames=frames,
        )
        self._report = WorkReport(self, parameters.get(FrameLimits), self._statuses)
        statistics = self._report.statistics
        return publisher, CameraPlayer(self, parameters, publisher, statistics)

    def _on_change(self, group: ParameterGroup) -> None:
        if isinstance(group, FrameLimits):
            self._report.set_period(group.period_sec)

    def _statuses(self, report: FrameReport) -> list[Status]:
        limits = self.parameters.get(FrameLimits)
        return [
            frame_status(report, limits, awaited=self._player.plays), self._player.status()
        ]

    def _play(self) -> None:
        """Play until the end and say how it ended; the one catch of the thread."""
        failure: Exception | None = None
        try:
            self._player.play()
        except ValueError as error:
            failure = NodeError(str(error))
        except Exception as error:  # noqa: BLE001 - raised again by who spins the node
            failure = error
        # A node that ends, or whose context somebody else has shut down, is not asked for the
        # reason any more, and the future would complain of that.
        if self._player.stopped or not self.context.ok():
            return
        if failure is None:
            self.finished.set_result(None)
        else:
            self.finished.set_exception(failure)


def main(args: list[str] | None = None) -> int:
    """
    Run camera_node.

    :param args: Command line; that of the process if ``None``.
    :return: Exit code.
    """
    return run_node('camera_node', CameraNode, args)


if __name__ == '__main__':
    sys.exit(main())
