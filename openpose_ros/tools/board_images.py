# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Looks for a calibration board in the images or videos of several cameras."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
from rich.progress import Progress

from openpose_ros.io.frames import BadFrame
from openpose_ros.io.frames import FrameSelection
from openpose_ros.io.frames import FrameSource
from openpose_ros.io.sources import open_source
from openpose_ros.pose3d.calibration.board import Board
from openpose_ros.pose3d.calibration.board import BoardView
from openpose_ros.pose3d.calibration.board import CHESSBOARD
from openpose_ros.pose3d.calibration.board_detection import BoardDetector
from openpose_ros.pose3d.calibration.board_detection import find_grid
from openpose_ros.pose3d.calibration.intrinsics import FEWEST_VIEWS
from openpose_ros.types import Array

# Images in which other boards are looked for when the right one is nowhere.
_TRIED_IMAGES = 8


@dataclass(frozen=True, eq=False)
class BoardImages:
    """
    What the images of one camera show.

    :param views: Views of the board by frame.
    :param image_size: Width and height in pixels.
    :param frames: Number of frames looked at.
    :param bad_frames: Number of frames that could not be read.
    :param picture: One of the images, grey, shape ``(H, W)``, uint8.
    """

    views: dict[int, BoardView]
    image_size: tuple[int, int]
    frames: int
    bad_frames: int
    picture: Array


def common_step(inputs: Mapping[str, str], most_frames: int) -> int:
    """
    Return which every n-th frame to look at, the same for all cameras.

    :param inputs: Images or video by camera.
    :param most_frames: Most frames of a camera.
    :raises ValueError: If folders hold different numbers of images; names them.
    """
    counts: dict[str, int] = {}
    folders: dict[str, int] = {}
    for name, uri in inputs.items():
        with open_source(uri) as source:
            if source.live or source.frame_count is None:
                raise ValueError(f"camera '{name}': '{uri}' is live, expected images or a video")
            counts[name] = source.frame_count
            if source.fps is None:
                folders[name] = source.frame_count
    if len(set(folders.values())) > 1:
        listed = ', '.join(f'{name} {count}' for name, count in folders.items())
        raise ValueError(
            f'the cameras have different numbers of images ({listed}): the n-th images of all '
            'cameras must be of the same time'
        )
    return max(1, -(-max(counts.values()) // most_frames))


def find_boards(
    name: str, uri: str, board: Board, *, step: int = 1, progress: Progress
) -> BoardImages:
    """
    Look for the board in the images of one camera.

    :param name: Name of the camera, for messages.
    :param uri: Folder of images, image or video.
    :param board: The board.
    :param step: Every how manieth frame to look at.
    :param progress: Shows how far it is.
    :raises ValueError: If images have different sizes, or none shows the board; names the camera.
    """
    detector = BoardDetector(board)
    with open_source(uri, FrameSelection(step=step)) as source:
        images = _look(name, source, detector, progress)
    if len(images.views) < FEWEST_VIEWS:
        # A part of a larger board is found now and then.
        hint = _other_squares(uri, board, step)
        if hint or not images.views:
            raise ValueError(
                f"camera '{name}': {board.describe()} in {len(images.views)} of {images.frames} "
                f"images of '{uri}'{hint}"
            )
    return images


def _look(
    name: str, source: FrameSource, detector: BoardDetector, progress: Progress
) -> BoardImages:
    views: dict[int, BoardView] = {}
    picture: Array | None = None
    sharpest = -1.0
    frames = bad_frames = 0
    total = None if source.frame_count is None else -(-source.frame_count // source.selection.step)
    for frame in progress.track(source, total=total, description=f'boards of {name}'):
        if isinstance(frame, BadFrame):
            bad_frames += 1
            continue
        frames += 1
        grey = cv2.cvtColor(frame.pixels, cv2.COLOR_BGR2GRAY)
        if picture is not None and grey.shape != picture.shape:
            raise ValueError(
                f"camera '{name}': '{frame.name}' has {grey.shape[1]}x{grey.shape[0]} pixels, "
                f'images before {picture.shape[1]}x{picture.shape[0]}; expected one size'
            )
        view = detector.find(grey)
        if picture is None or (view is not None and view.sharpness > sharpest):
            picture = grey
        if view is not None:
            views[frame.index] = view
            sharpest = max(sharpest, view.sharpness)
    if picture is None:
        raise ValueError(f"camera '{name}': none of the images of '{source.name}' can be read")
    size = (picture.shape[1], picture.shape[0])
    return BoardImages(views, size, frames, bad_frames, picture)


def _other_squares(uri: str, board: Board, step: int) -> str:
    """Return a hint at the board that is there instead, empty if there is none."""
    if board.kind != CHESSBOARD:
        return f'; are squares and dictionary ({board.dictionary}) right?'
    columns, rows = board.squares
    others = [(columns + 1, rows + 1)]
    others += [(columns + x, rows + y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y]
    tried = 0
    with open_source(uri, FrameSelection(step=step)) as source:
        for frame in source:
            if isinstance(frame, BadFrame):
                continue
            tried += 1
            if tried > _TRIED_IMAGES:
                break
            grey = cv2.cvtColor(frame.pixels, cv2.COLOR_BGR2GRAY)
            factor = min(1.0, 800 / max(grey.shape))
            small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            for x, y in others:
                if min(x, y) >= 4 and find_grid(small, (x - 1, y - 1)) is not None:
                    return (
                        f"; '{frame.name}' shows one of {x}x{y} squares: the squares are "
                        'counted, not the corners between them'
                    )
    return ''
