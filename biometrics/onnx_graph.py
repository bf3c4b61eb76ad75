"""Takes the surplus inputs out of a packaged ONNX graph, in memory.

The packaged SFace graph lists 29 unused weight names as inputs: onnxruntime then asks for them at every run and takes
the weights for replaceable, and OpenCV 5 refuses the file. ONNX is Protocol Buffers; only its wire format (varints and
length-delimited fields) is needed to drop those entries, so no package for it is.
"""

from collections.abc import Iterator

GRAPH_OF_MODEL = 7
INPUT_OF_GRAPH = 11
NAME_OF_VALUE = 1

_VARINT, _FIXED64, _DELIMITED, _FIXED32 = 0, 1, 2, 5


class GraphMalformed(ValueError):
    """The bytes are no ONNX model."""


def keep_inputs(model: bytes, kept: frozenset[str]) -> bytes:
    """The model with only the graph inputs in `kept`. Raises GraphMalformed."""
    return b"".join(
        _delimited(number, _graph_keeping(body, kept)) if number == GRAPH_OF_MODEL else whole
        for number, body, whole in _fields(model)
    )


def _graph_keeping(graph: bytes, kept: frozenset[str]) -> bytes:
    return b"".join(whole for number, body, whole in _fields(graph) if number != INPUT_OF_GRAPH or _name(body) in kept)


def _name(value: bytes) -> str:
    return next((body.decode() for number, body, _ in _fields(value) if number == NAME_OF_VALUE), "")


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Field number, body (empty for a varint) and the whole field as it stands, in order."""
    at = 0
    while at < len(message):
        start = at
        key, at = _read_varint(message, at)
        body, at = _read_body(message, at, key & 7)
        yield key >> 3, body, message[start:at]


def _read_body(message: bytes, at: int, wire_type: int) -> tuple[bytes, int]:
    if wire_type == _VARINT:
        return b"", _read_varint(message, at)[1]
    if wire_type == _DELIMITED:
        length, at = _read_varint(message, at)
    elif wire_type in (_FIXED32, _FIXED64):
        length = 4 if wire_type == _FIXED32 else 8
    else:
        raise GraphMalformed(f"an ONNX model has no field of wire type {wire_type}")
    if at + length > len(message):
        raise GraphMalformed("the ONNX model ends in the middle of a field")
    return message[at : at + length], at + length


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message):
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise GraphMalformed("the ONNX model ends in the middle of a number")


def _delimited(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | _DELIMITED) + _varint(len(body)) + body


def _varint(value: int) -> bytes:
    written = bytearray()
    while value >= 0x80:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])
