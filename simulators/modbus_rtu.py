"""A Modbus RTU server's framing, without a line: bytes in, requests out; registers in, bytes out. Pure.

Written apart from pymodbus, which the driver uses, so that the two check one another. Function codes 3, 4, 16, 23.
Source: Modbus application protocol specification V1.1b3; Modbus over serial line V1.02.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

READ_HOLDING, READ_INPUT, WRITE, READ_WRITE = 0x03, 0x04, 0x10, 0x17
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS = 0x01, 0x02
LONGEST_BYTES = 256


class BadFrame(Exception):
    """Not a request, or one that the line has broken; a server says nothing to it."""


@dataclass(frozen=True, slots=True)
class Request:
    device_id: int
    function: int
    read_from: int = 0
    read_count: int = 0
    write_to: int = 0
    values: tuple[int, ...] = ()


def checksum(data: bytes) -> int:
    """CRC-16 of Modbus, as it is sent: low byte first."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc


def parse(data: bytes) -> Request | None:
    """The request that `data` is, None while it is not complete. Raises BadFrame."""
    if len(data) < 2:
        return None
    length = _length(data)
    if length is None or len(data) < length:
        return None
    if len(data) > length or checksum(data[:-2]) != int.from_bytes(data[-2:], "little"):
        raise BadFrame("the checksum or the length does not agree")
    return _decoded(data)


def answer(request: Request, registers: Sequence[int]) -> bytes:
    """The normal answer: what was read, or the echo of what was written."""
    if request.function == WRITE:
        body = struct.pack(">HH", request.write_to, len(request.values))
    else:
        body = struct.pack(f">B{len(registers)}H", 2 * len(registers), *registers)
    return _framed(bytes((request.device_id, request.function)) + body)


def refusal(request: Request, code: int) -> bytes:
    """The exception answer."""
    return _framed(bytes((request.device_id, request.function | 0x80, code)))


def _length(data: bytes) -> int | None:
    """How long the frame that begins so will be; None when that cannot be told yet. Raises BadFrame."""
    function = data[1]
    if function in (READ_HOLDING, READ_INPUT):
        return 8
    at = {WRITE: 6, READ_WRITE: 10}.get(function)
    if at is None or len(data) > LONGEST_BYTES:
        raise BadFrame("not a function that this server has")
    return at + 3 + data[at] if len(data) > at else None


def _decoded(data: bytes) -> Request:
    device_id, function = data[0], data[1]
    if function in (READ_HOLDING, READ_INPUT):
        return Request(device_id, function, *struct.unpack(">HH", data[2:6]))
    head = data[2:-2] if function == READ_WRITE else b"\0\0\0\0" + data[2:-2]
    read_from, read_count, write_to, write_count, size = struct.unpack(">HHHHB", head[:9])
    if size != 2 * write_count or len(head) != 9 + size:
        raise BadFrame("the count of registers does not agree")
    return Request(device_id, function, read_from, read_count, write_to, struct.unpack(f">{write_count}H", head[9:]))


def _framed(body: bytes) -> bytes:
    return body + checksum(body).to_bytes(2, "little")


def _table_entry(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ 0xA001 if byte & 1 else byte >> 1
    return byte


_TABLE = tuple(_table_entry(byte) for byte in range(256))
