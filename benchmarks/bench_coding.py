"""How long it takes to read and search a dictionary of the size of a full one, made up here.

    python benchmarks/bench_coding.py [--terms 80000] [--preferred 25000] [--searches 200]

Goals: read in 3 s, a search in 50 ms at the 95th percentile.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time

from trialwright.clinical.dictionary_reading import read_dictionary
from trialwright.clinical.term_search import TermSearch

_SYLLABLES = tuple(first + last for first in "bdfgklmnprst" for last in ("a", "en", "i", "or", "us"))


def main() -> None:
    """Print the time to read, to make ready, and to search words as they are, shortened and misspelt."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--terms", type=int, default=80_000)
    wanted.add_argument("--preferred", type=int, default=25_000)
    wanted.add_argument("--searches", type=int, default=200)
    asked = wanted.parse_args()
    chance = random.Random(1)  # noqa: S311 - made-up terms, the same in each run
    files = _files(chance, asked.terms, asked.preferred)
    begun = time.perf_counter()
    dictionary = read_dictionary(files, "made-up", "1.0")
    read = time.perf_counter() - begun
    begun = time.perf_counter()
    search = TermSearch(dictionary)
    ready = time.perf_counter() - begun
    search.suggest("warm up the search")
    print(f"{len(dictionary.lowest):,} terms: read in {read:.2f} s, made ready in {ready:.2f} s")
    names = [term.name for term in chance.sample(list(dictionary.lowest.values()), asked.searches)]
    for how, change in (("as spelled", str), ("shortened", _shortened), ("misspelt", _misspelt)):
        print(f"  {how}: {_searched(search, [change(name) for name in names])}")


def _searched(search: TermSearch, texts: list[str]) -> str:
    took = []
    for text in texts:
        begun = time.perf_counter()
        search.suggest(text)
        took.append(1000 * (time.perf_counter() - begun))
    took.sort()
    return f"median {statistics.median(took):.1f} ms, p95 {took[int(0.95 * len(took))]:.1f} ms"


def _shortened(name: str) -> str:
    return name[: max(3, len(name) // 2)]


def _misspelt(name: str) -> str:
    return name[:3] + name[4:7] + name[3:4] + name[7:]


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))


def _files(chance: random.Random, terms: int, preferred: int) -> dict[str, bytes]:
    words = [_word(chance) for _ in range(6_000)]

    def name(number: int) -> str:
        return f"{' '.join(chance.choices(words, k=chance.randint(1, 4)))} {number % 97}"

    soc = [f"{900 + n}$Class {n}$C{n}$" for n in range(27)]
    hlgt = [f"{10_000 + n}$Group {n}$" for n in range(340)]
    hlt = [f"{20_000 + n}$High {n}$" for n in range(1_700)]
    pt = [f"{100_000 + n}${name(n)}$${900 + n % 27}$" for n in range(preferred)]
    path = [
        f"{100_000 + n}${20_000 + n % 1_700}${10_000 + n % 340}${900 + n % 27}$a$b$c$d$e$$x$Y$"
        for n in range(preferred)
    ]
    llt = [
        f"{500_000 + n}${name(n)}${100_000 + n % preferred}$$$$$$${'N' if n % 9 == 0 else 'Y'}$$"
        for n in range(terms)
    ]
    made = {"soc": soc, "hlgt": hlgt, "hlt": hlt, "pt": pt, "mdhier": path, "llt": llt}
    return {f"{file}.asc": "\n".join(lines).encode() for file, lines in made.items()}


if __name__ == "__main__":
    main()
