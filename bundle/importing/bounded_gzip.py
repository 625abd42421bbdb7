"""Unpacks gzip data of a known size, and never more."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from scripts.errors import DataError

__all__ = ["unpack"]

_CHUNK = 1 << 20
# of zlib: a gzip header and trailer around the data
_GZIP = 16 + zlib.MAX_WBITS


def unpack(stream: BinaryIO, size: int, name: str) -> bytearray:
    """Unpack gzip data that must give exactly so many bytes.

    A few KB can unpack to many GB. So what comes out is counted as it comes, and nothing beyond the size is unpacked.

    Args:
        stream: at the first byte of the gzip data, which reach to its end; several members are joined.
        size: of the data when unpacked, in bytes.
        name: of the file, for errors.

    Returns:
        The data, of that size.

    Raises:
        DataError: the data unpack to more or fewer bytes, are damaged, or are followed by other bytes than zeros.
    """
    data = bytearray()
    member = zlib.decompressobj(_GZIP)
    try:
        while packed := stream.read(_CHUNK):
            while packed:
                if member.eof:
                    # a further member, or zeros that fill up a block of a tape
                    packed = packed.lstrip(b"\0")
                    if not packed:
                        break
                    member = zlib.decompressobj(_GZIP)
                data += member.decompress(packed, min(_CHUNK, size - len(data) + 1))
                if len(data) > size:
                    raise DataError(
                        f"{name}: its compressed data hold more than the {size:,} bytes that its header declares; the "
                        "file is damaged, or made to fill the memory. Export it again."
                    )
                packed = member.unused_data if member.eof else member.unconsumed_tail
    except zlib.error as error:
        raise DataError(f"{name}: its compressed data are damaged ({error}). Export it again.") from error
    if len(data) < size or not member.eof:
        raise DataError(
            f"{name}: is cut off: its header declares {size:,} bytes, its compressed data hold {len(data):,}. Copy or "
            "export it again."
        )
    return data
