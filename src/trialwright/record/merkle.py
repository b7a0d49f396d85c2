"""The Merkle tree over the entries' hashes (RFC 6962, section 2.1), grown one leaf at a time.

The data of leaf ``n`` are the 32 bytes of entry ``n``'s hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


class MerkleTree:
    """A tree known by its peaks: the roots of its complete subtrees, largest first.

    Peaks and size are all that is needed to grow the tree further, so that a checkpoint costs only the
    entries since the one before it.
    """

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(self.peaks)}")

    def append(self, leaf: bytes) -> None:
        """Add the next leaf."""
        node = hashlib.sha256(b"\x00" + leaf).digest()
        size = self.size
        while size & 1:
            node = hashlib.sha256(b"\x01" + self.peaks.pop() + node).digest()
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the 32 bytes of the root; of an empty tree, the SHA-256 of nothing."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = hashlib.sha256(b"\x01" + peak + node).digest()
        return node
