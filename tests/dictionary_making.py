"""Small dictionaries for tests: made up, in the form of the files that are delivered."""

from __future__ import annotations

from pathlib import Path

LLT = (
    "1$Head ache$1$$$$$$$Y$$\n"
    "2$Pain in the head$1$$$$$$$Y$$\n"
    "3$Felt sick$4$$$$$$$Y$$\n"
    "4$Nausea$4$$$$$$$Y$$\n"
    "5$Migraine of old$1$$$$$$$N$$\n"
)
PT = "1$Head ache$$30$$$$$$$\n4$Nausea$$31$$$$$$$\n"
HLT = "10$Aches$\n11$Sickness$\n"
HLGT = "20$Head$\n21$Stomach$\n"
SOC = "30$Nerves$Nerv$\n31$Bowel$Bow$\n32$General$Gen$\n"
MDHIER = (
    "1$10$20$30$Head ache$Aches$Head$Nerves$Nerv$$30$Y$\n"
    "1$10$20$32$Head ache$Aches$Head$General$Gen$$30$N$\n"
    "4$11$21$31$Nausea$Sickness$Stomach$Bowel$Bow$$31$Y$\n"
)


def files(**changes: str) -> dict[str, bytes]:
    """The files of version 1.0, some of them different."""
    plain = {"llt": LLT, "pt": PT, "hlt": HLT, "hlgt": HLGT, "soc": SOC, "mdhier": MDHIER}
    found = {f"{name}.asc": text.encode() for name, text in (plain | changes).items()}
    return found | {"meddra_release.asc": b"1.0$English$\n"}


def put(folder: Path, **changes: str) -> Path:
    """A folder with these files."""
    folder.mkdir(parents=True)
    for name, content in files(**changes).items():
        (folder / name).write_bytes(content)
    return folder
