"""What an encoded image says of itself, read without decoding a pixel: its kind, its size, and that it is all there.

A decoder trusts the header and allocates what it names, and many fill what a cut-off JPEG lacks with grey and say
nothing. So size and completeness are settled here, first. Sources: ITU-T T.81 annex B (JPEG), the PNG specification
sections 5 and 11, the WebP container specification (RIFF), and the BITMAPFILEHEADER of Windows.
"""

import re
import struct
import zlib
from dataclasses import dataclass


class ImageRefused(Exception):
    """`reason` is one sentence for an operator; it says nothing of what the picture shows."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ImageHeader:
    kind: str
    width_px: int
    height_px: int


_TRUNCATED = "the image is cut off before its end: save or send it again"
_ANIMATED = "the file holds several pictures: save the one that is meant"
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_LONE = frozenset((0x01, *range(0xD0, 0xD8)))
_JPEG_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read_header(data: bytes) -> ImageHeader:
    """The header of a whole JPEG, PNG, WebP or BMP. Raises ImageRefused for anything else, cut off or animated."""
    if not data:
        raise ImageRefused("the image is empty: save or send it again")
    try:
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
        if data.startswith(_PNG_SIGNATURE):
            return _png(data)
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return _webp(data)
        if data.startswith(b"BM"):
            return _bmp(data)
    except (struct.error, IndexError) as error:
        raise ImageRefused(_TRUNCATED) from error
    raise ImageRefused("the file is no JPEG, PNG, WebP or BMP image: save it as one of these")


def _jpeg(data: bytes) -> ImageHeader:
    """Walk the segments to the end-of-image marker; a thumbnail's own end lies inside a segment and is stepped over."""
    frame: ImageHeader | None = None
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ImageRefused("the JPEG is damaged between its segments: save or send it again")
        while (marker := data[at]) == 0xFF:
            at += 1
        at += 1
        if marker == 0xD9:
            break
        if marker in _JPEG_LONE:
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if marker in _JPEG_FRAMES:
            frame = _jpeg_frame(data, at)
        at += length
        if marker == 0xDA:
            at = _after_scan(data, at)
    if frame is None:
        raise ImageRefused("the JPEG holds no picture: save or send it again")
    return frame


def _jpeg_frame(data: bytes, at: int) -> ImageHeader:
    _, bits, height_px, width_px, components = struct.unpack_from(">HBHHB", data, at)
    if bits != 8 or components not in (1, 3):
        raise ImageRefused("the JPEG is neither 8 bit colour nor 8 bit grey (CMYK is for printers): save it as RGB")
    return ImageHeader("JPEG", width_px, height_px)


def _after_scan(data: bytes, at: int) -> int:
    found = _JPEG_NEXT_MARKER.search(data, at)
    if found is None:
        raise ImageRefused(_TRUNCATED)
    return found.start()


def _png(data: bytes) -> ImageHeader:
    """Check every chunk's sum up to IEND, so that a flipped byte is refused like a missing one."""
    width_px, height_px = struct.unpack_from(">II", data, 16)
    at, name = len(_PNG_SIGNATURE), b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        (check,) = struct.unpack_from(">I", data, at + 8 + length)
        if zlib.crc32(memoryview(data)[at + 4 : at + 8 + length]) != check:
            raise ImageRefused("the PNG is damaged (a check sum is wrong): save or send it again")
        if name == b"acTL":
            raise ImageRefused(_ANIMATED)
        at += 12 + length
    return ImageHeader("PNG", width_px, height_px)


def _webp(data: bytes) -> ImageHeader:
    if struct.unpack_from("<I", data, 4)[0] + 8 > len(data):
        raise ImageRefused(_TRUNCATED)
    kind = data[12:16]
    if kind == b"VP8X":
        if data[20] & 0x02:
            raise ImageRefused(_ANIMATED)
        width_px = 1 + int.from_bytes(data[24:27], "little")
        height_px = 1 + int.from_bytes(data[27:30], "little")
        return ImageHeader("WebP", width_px, height_px)
    if kind == b"VP8L":
        (packed,) = struct.unpack_from("<I", data, 21)
        return ImageHeader("WebP", 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF))
    if kind == b"VP8 ":
        width_px, height_px = struct.unpack_from("<HH", data, 26)
        return ImageHeader("WebP", width_px & 0x3FFF, height_px & 0x3FFF)
    raise ImageRefused("the WebP holds no picture: save or send it again")


def _bmp(data: bytes) -> ImageHeader:
    size, _, _, header_size, width_px, height_px = struct.unpack_from("<IIIIii", data, 2)
    if header_size < 40:
        raise ImageRefused("the BMP is of a kind older than Windows 3: save it as PNG")
    if size > len(data):
        raise ImageRefused(_TRUNCATED)
    return ImageHeader("BMP", width_px, abs(height_px))
