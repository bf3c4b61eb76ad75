"""What a camera's `source` names, opened through OpenCV with limits on every wait.

Motion JPEG is taken undecoded and decoded by link/images.py: FFmpeg's own decoder shows the *previous* picture where a
frame is cut off, and gives it out as new; on a camera that would put the last traveller's face under a fresh time.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np
from cv2.utils import logging

from drivers.model import Image
from link.images import ImageRefused, decode

OPEN_MS = 3000
READ_MS = 700
FFMPEG_QUIET = "-8"
MOTION_JPEG = cv2.VideoWriter.fourcc(*"MJPG")
UNDECODED = -1


class CameraSource:
    """A V4L2 device ("0", "/dev/video0"), an address (http, https, rtsp) or a video file, which repeats."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.shown = _without_password(source)

    @contextlib.contextmanager
    def opened(self) -> Iterator["Captured"]:
        """Ended at once when it cannot be opened."""
        _silence()
        capture = self._capture()
        try:
            yield Captured(capture, is_file=self._is_file)
        finally:
            capture.release()

    @property
    def _is_file(self) -> bool:
        return Path(self._source).is_file()

    def _capture(self) -> cv2.VideoCapture:
        if self._source.isdigit():
            capture = cv2.VideoCapture(int(self._source), cv2.CAP_V4L2)
        elif self._source.startswith("/dev/") and not self._is_file:  # /dev/shm holds files
            capture = cv2.VideoCapture(self._source, cv2.CAP_V4L2)
        else:
            limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_MS]
            return cv2.VideoCapture(self._source, cv2.CAP_FFMPEG, limits)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture


class Captured:
    """An open source. `pause_s` is how long to wait between two frames of a file, which has no pace of its own."""

    def __init__(self, capture: cv2.VideoCapture, is_file: bool) -> None:
        self._capture = capture
        self.ended = not capture.isOpened()
        fps = capture.get(cv2.CAP_PROP_FPS) if is_file else 0.0
        self.pause_s = 1.0 / fps if fps > 0 else 0.0
        self.waited_s = 0.0
        """How long the newest frame was waited for."""
        self._undecoded = self._take_undecoded()

    def read(self) -> Image | None:
        """The next picture; None when that one was damaged, or when the source has `ended`."""
        asked_s = time.monotonic()
        there, data = self._capture.read()
        self.waited_s = time.monotonic() - asked_s
        if not there:
            self.ended = True
            return None
        if not self._undecoded:
            return np.asarray(data, np.uint8)
        try:
            return decode(data.tobytes())
        except ImageRefused:
            return None

    def _take_undecoded(self) -> bool:
        is_motion_jpeg = int(self._capture.get(cv2.CAP_PROP_FOURCC)) == MOTION_JPEG
        is_ffmpeg = not self.ended and self._capture.getBackendName() == "FFMPEG"
        return is_motion_jpeg and is_ffmpeg and self._capture.set(cv2.CAP_PROP_FORMAT, UNDECODED)


def _silence() -> None:
    """A lost source is ours to report, not stderr's. FFmpeg's voice has no other switch in OpenCV than this one."""
    logging.setLogLevel(logging.LOG_LEVEL_SILENT)
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", FFMPEG_QUIET)


def _without_password(source: str) -> str:
    """The address as it may be shown: rtsp://user:secret@host/path -> rtsp://host/path."""
    parts = urlsplit(source)
    if parts.username is None and parts.password is None:
        return source
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
