"""Protocol buffers as they are on the wire, as far as Anki's packages need them."""

from __future__ import annotations

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5
WireValue = int | bytes
Fields = dict[int, list[WireValue]]


def message(data: bytes) -> Fields:
    """The values of each field, by its number; raise ValueError if it is none.

    >>> message(bytes([0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69]))
    {1: [150], 2: [b'hi']}
    """
    fields: Fields = {}
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        value, at = _value(data, at, key & 7)
        fields.setdefault(key >> 3, []).append(value)
    return fields


def text(message: Fields, field: int) -> str:
    """A text; empty where there is none, since that is not written."""
    return blob(message, field).decode()


def blob(message: Fields, field: int) -> bytes:
    """Bytes, or the bytes of a message inside this one."""
    # The last one counts where a field comes twice, as the format demands.
    value = message.get(field, [b""])[-1]
    if not isinstance(value, bytes):
        raise ValueError(f"field {field} holds no bytes")
    return value


def blobs(message: Fields, field: int) -> list[bytes]:
    """The bytes of a field that may come more than once."""
    return [blob({field: [value]}, field) for value in message.get(field, [])]


def number(message: Fields, field: int) -> int | None:
    """A signed number, or None where there is none."""
    value = message.get(field, [None])[-1]
    if isinstance(value, bytes):
        raise ValueError(f"field {field} holds no number")
    # A negative number is written as its two's complement of 64 bits.
    return value if value is None or value < 1 << 63 else value - (1 << 64)


def _value(data: bytes, at: int, kind: int) -> tuple[WireValue, int]:
    if kind == VARINT:
        return _varint(data, at)
    if kind == BYTES:
        size, at = _varint(data, at)
    elif kind in (EIGHT, FOUR):
        size = 8 if kind == EIGHT else 4
    else:
        raise ValueError(f"no wire type {kind}")
    if at + size > len(data):
        raise ValueError("ends in the middle of a value")
    return data[at : at + size], at + size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Seven bits in each byte, the lowest first; the last one has no eighth bit."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise ValueError("ends in the middle of a number")
        byte, at = data[at], at + 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & ((1 << 64) - 1), at
    raise ValueError("a number of more than ten bytes")
