"""A program that enters data until it is killed, and says on its output what was acknowledged.

python record_writer.py TESTS-FOLDER STUDY PREFIX [DATABASE_URL]
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from store_making import START, Site, open_folder
from trialwright.store import StoreError


def main() -> None:
    """Write forms of three entries; one line for each receipt, written only after it was received."""
    site = Site(open_folder(Path(sys.argv[2]), sys.argv[4] if len(sys.argv) > 4 else ""), int(sys.argv[3]))
    os.write(1, b"ready\n")
    while True:
        try:
            receipt = site.enter(f"{int(sys.argv[3]) % 5}", times=3, at=START)
        except StoreError as error:
            os.write(1, f"refused {error.problems[0].code}\n".encode())
            raise SystemExit(0) from None
        os.write(1, f"{receipt.command} {receipt.entries[0]} {receipt.head}\n".encode())


main()
