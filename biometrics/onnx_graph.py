"""Mends packaged ONNX graphs in memory, so that one runtime runs them all.

* The packaged SFace graph lists 29 unused weight names as inputs: onnxruntime then asks for them at every run and takes
  the weights for replaceable, and OpenCV 5 refuses the file.
* The packaged YuNet graph is fixed to 640 x 640 px, and calls weights that have one single scale block-wise scaled,
  which onnxruntime refuses.

ONNX is Protocol Buffers; only its wire format (varints and length-delimited fields) is needed to rewrite such entries,
so no package for it is. Numbers of the fields: onnx.proto3.
"""

from collections.abc import Callable, Iterator, Mapping

GRAPH_OF_MODEL = 7
NODE_OF_GRAPH, INITIALIZER_OF_GRAPH, INPUT_OF_GRAPH, OUTPUT_OF_GRAPH, INNER_VALUE_OF_GRAPH = 1, 5, 11, 12, 13
INPUT_OF_NODE, ATTRIBUTE_OF_NODE = 1, 5
DIMENSION_OF_TENSOR, NAME_OF_TENSOR = 1, 8
NAME_OF_VALUE, TYPE_OF_VALUE = 1, 2
TENSOR_OF_TYPE = 1
SHAPE_OF_TENSOR_TYPE = 2
DIMENSION_OF_SHAPE = 1
NAME_OF_DIMENSION = 2
NAME_OF_ATTRIBUTE = 1

HEIGHT_AND_WIDTH = (2, 3)
"""Which dimensions of a batch of pictures they are."""
BLOCKS = "block_size"

_VARINT, _FIXED64, _DELIMITED, _FIXED32 = 0, 1, 2, 5

Edit = Callable[[bytes], bytes | None]
"""Body of a field to what stands in its place; None takes the field out."""


class GraphMalformed(ValueError):
    """The bytes are no ONNX model."""


def keep_inputs(model: bytes, kept: frozenset[str]) -> bytes:
    """The model with only the graph inputs in `kept`. Raises GraphMalformed."""

    def keep(value: bytes) -> bytes | None:
        return value if _text(value, NAME_OF_VALUE) in kept else None

    return _edited(model, {GRAPH_OF_MODEL: lambda graph: _edited(graph, {INPUT_OF_GRAPH: keep})})


def any_picture_size(model: bytes) -> bytes:
    """The model with its inputs' height and width left open, and no shapes stated behind them."""
    edits: dict[int, Edit] = {
        INPUT_OF_GRAPH: lambda value: _with_shape(value, _open_size),
        OUTPUT_OF_GRAPH: lambda value: _with_shape(value, lambda _: None),
        INNER_VALUE_OF_GRAPH: lambda _: None,
    }
    return _edited(model, {GRAPH_OF_MODEL: lambda graph: _edited(graph, edits)})


def blocks_only_where_scaled(model: bytes) -> bytes:
    """The model without a block size for weights that have one scale in all."""

    def mend(graph: bytes) -> bytes:
        tensors = _bodies(graph, INITIALIZER_OF_GRAPH)
        single = {_text(body, NAME_OF_TENSOR) for body in tensors if _dimensions(body) in ([], [1])}
        return _edited(graph, {NODE_OF_GRAPH: lambda node: _without_blocks(node, single)})

    return _edited(model, {GRAPH_OF_MODEL: mend})


def _without_blocks(node: bytes, single: set[str]) -> bytes:
    """`node` as it is, unless its second input (the scale of DequantizeLinear) is a single number."""
    inputs = [body.decode() for body in _bodies(node, INPUT_OF_NODE)]
    if len(inputs) < 2 or inputs[1] not in single:
        return node
    return _edited(node, {ATTRIBUTE_OF_NODE: lambda body: None if _text(body, NAME_OF_ATTRIBUTE) == BLOCKS else body})


def _with_shape(value: bytes, edit: Edit) -> bytes:
    def tensor(body: bytes) -> bytes:
        return _edited(body, {SHAPE_OF_TENSOR_TYPE: edit})

    return _edited(value, {TYPE_OF_VALUE: lambda body: _edited(body, {TENSOR_OF_TYPE: tensor})})


def _open_size(shape: bytes) -> bytes:
    dimensions = list(_bodies(shape, DIMENSION_OF_SHAPE))
    for number in HEIGHT_AND_WIDTH:
        dimensions[number] = _delimited(NAME_OF_DIMENSION, f"side {number}".encode())
    return b"".join(_delimited(DIMENSION_OF_SHAPE, body) for body in dimensions)


def _dimensions(tensor: bytes) -> list[int]:
    """One number a field, or several packed into one."""
    packed = b"".join(
        body if whole[0] & 7 == _DELIMITED else whole[1:]
        for number, body, whole in _fields(tensor)
        if number == DIMENSION_OF_TENSOR
    )
    dimensions, at = [], 0
    while at < len(packed):
        value, at = _read_varint(packed, at)
        dimensions.append(value)
    return dimensions


# --- the wire format -----------------------------------------------------------------------------------------


def _edited(message: bytes, edits: Mapping[int, Edit]) -> bytes:
    return b"".join(_edited_fields(message, edits))


def _edited_fields(message: bytes, edits: Mapping[int, Edit]) -> Iterator[bytes]:
    for number, body, whole in _fields(message):
        if number not in edits:
            yield whole
        elif (new := edits[number](body)) is not None:
            yield _delimited(number, new)


def _bodies(message: bytes, wanted: int) -> Iterator[bytes]:
    return (body for number, body, _ in _fields(message) if number == wanted)


def _text(message: bytes, wanted: int) -> str:
    return next((body.decode() for body in _bodies(message, wanted)), "")


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
