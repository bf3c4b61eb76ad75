"""The line between a lane and its console: each proves to the other that it holds the lane's key, and every message is
sealed under a key of this one connection, in order. What is forged, replayed, left out or from another connection does
not open. Secrecy is TLS's affair: a line that leaves the computer is `wss`.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Literal

Side = Literal["lane", "console"]
MIN_KEY_BYTES = 32
_MAC_HEX, _MAC_BYTES, _COUNT_BYTES = 64, 32, 8


class SealBroken(Exception):
    """Says what was wrong with a message, never what it said."""


def proof(key: bytes, side: Side, lane: str, console_nonce: str, lane_nonce: str) -> str:
    """Hexadecimal. The side is part of it: neither can be sent back to the one who made it."""
    return _mac(key, f"egate console link 1|{side}|{lane}|{console_nonce}|{lane_nonce}".encode()).hex()


def proves(given: str, key: bytes, side: Side, lane: str, console_nonce: str, lane_nonce: str) -> bool:
    return hmac.compare_digest(given, proof(key, side, lane, console_nonce, lane_nonce))


def connection_key(key: bytes, lane: str, console_nonce: str, lane_nonce: str) -> bytes:
    return _mac(key, f"egate console link 1|messages|{lane}|{console_nonce}|{lane_nonce}".encode())


@dataclass(slots=True)
class Seal:
    """One side's end of the line."""

    key: bytes = field(repr=False)
    side: Side
    sent: int = 0
    received: int = 0

    def close(self, text: str) -> str:
        """`<count> <mac> <text>`"""
        self.sent += 1
        return f"{self.sent} {self._mac(self.side, self.sent, text.encode()).hex()} {text}"

    def open(self, sealed: str) -> str:
        """The text. Raises SealBroken."""
        count, _, rest = sealed.partition(" ")
        mac, _, text = rest.partition(" ")
        self._accept(count, mac, text.encode())
        return text

    def close_bytes(self, data: bytes) -> bytes:
        self.sent += 1
        return self._mac(self.side, self.sent, data) + self.sent.to_bytes(_COUNT_BYTES, "big") + data

    def open_bytes(self, sealed: bytes) -> bytes:
        head = _MAC_BYTES + _COUNT_BYTES
        count = int.from_bytes(sealed[_MAC_BYTES:head], "big")
        self._accept(str(count), sealed[:_MAC_BYTES].hex(), sealed[head:])
        return sealed[head:]

    def _accept(self, count: str, mac: str, data: bytes) -> None:
        expected = self._mac(_other(self.side), self.received + 1, data).hex()
        if count != str(self.received + 1):
            raise SealBroken("a message of the console link is out of order")
        if len(mac) != _MAC_HEX or not hmac.compare_digest(mac.encode("ascii", "replace"), expected.encode()):
            raise SealBroken("a message of the console link is not the other side's")
        self.received += 1

    def _mac(self, side: Side, count: int, data: bytes) -> bytes:
        return _mac(self.key, f"{side}|{count}|".encode() + data)


def _other(side: Side) -> Side:
    return "console" if side == "lane" else "lane"


def _mac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


# --- pictures ---


def pack_picture(channel: str, transaction: str, taken_ms: float, jpeg: bytes) -> bytes:
    """`channel` is live, record, page or view; `taken_ms` Unix time of capture."""
    head = f"{channel}|{transaction}|{taken_ms:.0f}".encode()
    return len(head).to_bytes(2, "big") + head + jpeg


def unpack_picture(data: bytes) -> tuple[str, str, float, bytes]:
    """Raises SealBroken for what is no picture."""
    size = int.from_bytes(data[:2], "big")
    try:
        channel, transaction, taken_ms = data[2 : 2 + size].decode("ascii").split("|")
        return channel, transaction, float(taken_ms), data[2 + size :]
    except ValueError:
        raise SealBroken("a picture of the console link has no head") from None
