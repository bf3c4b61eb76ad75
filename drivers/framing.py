"""Bytes from a document reader's serial line -> the lines that its own recognition read.

Tolerant of noise between frames, strict inside one: a frame is either whole and well-formed or rejected and counted.
What comes through is still unverified: readers send what they think they saw, so the host checks every digit.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import xor

SOH, STX, ETX = 0x01, 0x02, 0x03
MAX_FRAME_BYTES = 2048
GAP_S = 0.3
"""A reader sends its frame in one go: after this much silence inside one, the rest will not come."""
MAX_LINES = 3
LINE_CHARACTERS = range(7, 45)
"""Shortest and longest line that the readers' manuals let them send."""
RAW_SHAPES = {88: 44, 72: 36, 90: 30}
"""All characters of a zone -> characters a line (TD3, TD2, TD1; ICAO Doc 9303 parts 4, 6, 5)."""


class FrameRejected(Exception):
    """The bytes are no frame of the profile. Says which rule they broke, never what they were."""


@dataclass(frozen=True, slots=True)
class Frame:
    lines: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """How a reader frames its lines. Without `start`, a frame is what comes between two silences."""

    name: str
    unpack: Callable[[bytes], tuple[str, ...]] = field(repr=False)
    """What came after the start -> lines. Raises FrameRejected."""
    pack: Callable[[tuple[str, ...]], bytes] = field(repr=False)
    """Lines -> what a reader of this kind sends; a simulator speaks with it."""
    start: int | None = None
    end: int | None = None
    trailer_bytes: int = 0
    """Check bytes after the end. `unpack` is given end and trailer too."""


class FrameParser:
    """Feed it whatever arrived and the time; the same bytes give the same frames, however they were split."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.rejected = 0
        """Frames that were begun and thrown away."""
        self._body: bytearray | None = None
        self._trailer_left: int | None = None
        self._last_s = 0.0

    def feed(self, data: bytes, now_s: float) -> list[Frame]:
        """Frames that are complete with `data`. Feed `b""` when nothing came: silence ends a frame too."""
        frames: list[Frame] = []
        if self._body is not None and now_s - self._last_s > GAP_S:
            frames += self._silence()
        if data:
            self._last_s = now_s
        for byte in data:
            frames += self._take(byte)
        return frames

    def _silence(self) -> Iterable[Frame]:
        if self.profile.start is None:
            return self._finish()
        return self._reject()

    def _take(self, byte: int) -> Iterable[Frame]:
        if self._trailer_left is None and byte == self.profile.start:
            self.rejected += self._body is not None
            self._body = bytearray()
            return ()
        if self._body is None:
            if self.profile.start is not None:
                return ()
            self._body = bytearray()
        if len(self._body) > MAX_FRAME_BYTES:
            return self._overflow()
        self._body.append(byte)
        return self._finish() if self._is_complete(byte) else ()

    def _overflow(self) -> Iterable[Frame]:
        """Babble: thrown away up to the next start, or, without one, up to the next silence (too long to unpack)."""
        return () if self.profile.start is None else self._reject()

    def _is_complete(self, byte: int) -> bool:
        if self._trailer_left is not None:
            self._trailer_left -= 1
        elif byte == self.profile.end:
            self._trailer_left = self.profile.trailer_bytes
        return self._trailer_left == 0

    def _finish(self) -> Iterable[Frame]:
        body = bytes(self._body or b"")
        try:
            lines = self.profile.unpack(body)
        except FrameRejected:
            return self._reject()
        self._forget()
        return (Frame(lines),)

    def _reject(self) -> Iterable[Frame]:
        self.rejected += 1
        self._forget()
        return ()

    def _forget(self) -> None:
        self._body = self._trailer_left = None


def _checked(lines: Iterable[bytes]) -> tuple[str, ...]:
    """One to three lines of printable ASCII of a length that a zone's line can have."""
    texts = []
    for line in lines:
        if len(line) not in LINE_CHARACTERS:
            raise FrameRejected("a line is too short or too long")
        if any(not 0x20 <= byte <= 0x7E for byte in line):
            raise FrameRejected("a line holds an unprintable byte")
        texts.append(line.decode("ascii"))
    if not 1 <= len(texts) <= MAX_LINES:
        raise FrameRejected("not one to three lines")
    return tuple(texts)


def _ascii(lines: Iterable[str]) -> list[bytes]:
    return [line.encode("ascii", "replace") for line in lines]


# --- DESKO CUTE: [SOD] STX line CR line CR [line CR] ETX [EOD]; a missing third line sends no CR ----------------


def _unpack_desko(body: bytes) -> tuple[str, ...]:
    *lines, rest = body[:-1].split(b"\r")
    if rest:
        raise FrameRejected("the last line has no end")
    return _checked(lines)


def _pack_desko(lines: tuple[str, ...]) -> bytes:
    return b"\x02" + b"".join(line + b"\r" for line in _ascii(lines)) + b"\x03"


# --- 3M RTE native (RTE6701-OEM integration manual, 9.1.1): SOH length "OU" STX flag data ETX BCC ---------------


def _unpack_rte(body: bytes) -> tuple[str, ...]:
    """Data is always three lines, each with its CR, the document's bottom line last, padded with `_`.

    The length is not held against the block: ETX and BCC (XOR of all after SOH) already say whether it is whole.
    """
    if len(body) < 8 or body[2:5] != b"OU\x02":
        raise FrameRejected("the block's header is not that of an optical reader")
    if reduce(xor, body) != 0:
        raise FrameRejected("the block's check byte is wrong")
    lines = body[6:-2].split(b"\r")
    if len(lines) != MAX_LINES + 1 or lines[-1]:
        raise FrameRejected("the block has not three lines")
    return _checked(line.rstrip(b"_") for line in lines if line)


def _pack_rte(lines: tuple[str, ...]) -> bytes:
    """Length: two bytes of 7 bits, low one first, counting what follows it, check byte included."""
    width = 30 if len(lines) == MAX_LINES else 44
    missing = b"\r" * (MAX_LINES - len(lines))
    data = missing + b"".join(line.ljust(width, b"_") + b"\r" for line in _ascii(lines))
    text = b"OU\x020" + data + b"\x03"
    length = len(text) + 1
    block = bytes([length & 0x7F, length >> 7]) + text
    return bytes([SOH]) + block + bytes([reduce(xor, block)])


# --- swipe readers set to send lines ended by CR (or CR LF), nothing around them --------------------------------


def _unpack_plain(body: bytes) -> tuple[str, ...]:
    return _checked(line for line in body.replace(b"\n", b"\r").split(b"\r") if line)


def _pack_plain(lines: tuple[str, ...]) -> bytes:
    return b"".join(line + b"\r" for line in _ascii(lines))


# --- the zone's characters in a row, nothing between or around them ---------------------------------------------


def _unpack_raw(body: bytes) -> tuple[str, ...]:
    characters = body.strip(b"\r\n")
    width = RAW_SHAPES.get(len(characters))
    if width is None:
        raise FrameRejected("the characters are too few or too many for a zone")
    return _checked(characters[at : at + width] for at in range(0, len(characters), width))


def _pack_raw(lines: tuple[str, ...]) -> bytes:
    return b"".join(_ascii(lines))


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("desko_cute", _unpack_desko, _pack_desko, start=STX, end=ETX),
        Profile("rte", _unpack_rte, _pack_rte, start=SOH, end=ETX, trailer_bytes=1),
        Profile("plain_cr", _unpack_plain, _pack_plain),
        Profile("raw_mrz", _unpack_raw, _pack_raw),
    )
}
