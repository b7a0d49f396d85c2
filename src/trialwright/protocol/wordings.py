"""Every wording of a study under a path that does not change when the protocol is put into another order.

A path names a clause by its id: ``forms/demography/items/sex/codes/male/label``. A clause that has no id
is named by its number among its like, from 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

from trialwright.protocol.clause import Clause, wording_fields
from trialwright.protocol.study import Study

Path = tuple[str, ...]
Sort = Literal["wording", "registered", "disclosure"]
AnyClause = TypeVar("AnyClause", bound=Clause)

_DISCLOSURES = frozenset({"assumption", "open_question"})
# What is held against the registered record says what the record says, in the record's language.
_REGISTERED = frozenset({("study", "title"), ("criteria", "text"), ("endpoints", "text")})
_NAMES = ("id", "code", "paramcd")


@dataclass(frozen=True, slots=True)
class Place:
    """One wording: its path, its text in the protocol, and whether it is registered or a disclosure."""

    path: Path
    text: str
    sort: Sort

    @property
    def address(self) -> str:
        """The path as it is written in messages."""
        return "/".join(self.path)


def wordings_of(study: Study) -> tuple[Place, ...]:
    """Every wording of a study, in the order of the protocol."""
    return tuple(_wordings(study, ()))


def chief_wordings(study: Study) -> dict[Path, Path]:
    """For the path of each clause, the wording that it is called by: its label, title, name or sense."""
    found: dict[Path, Path] = {}
    for place in wordings_of(study):
        if place.sort == "wording":
            found.setdefault(place.path[:-1], place.path)
    return found


def reworded(clause: AnyClause, texts: dict[Path, str], at: Path = ()) -> AnyClause:
    """The clause with the wordings at the paths of ``texts`` replaced, and nothing else changed."""
    values: dict[str, object] = {}
    worded = wording_fields(type(clause))
    for name in type(clause).model_fields:
        value = getattr(clause, name)
        if name in worded:
            value = texts.get((*at, name), value)
        elif isinstance(value, Clause):
            value = reworded(value, texts, (*at, name))
        elif isinstance(value, tuple):
            value = tuple(
                reworded(part, texts, (*at, name, key)) if isinstance(part, Clause) else part
                for key, part in _keyed(value)
            )
        values[name] = value
    made = type(clause).model_construct(clause.model_fields_set, **cast("Any", values))
    return cast("AnyClause", made)


def _wordings(clause: Clause, at: Path) -> Iterator[Place]:
    worded = wording_fields(type(clause))
    own = [name for name in worded if name not in _DISCLOSURES] + [n for n in worded if n in _DISCLOSURES]
    for name in own:
        value = getattr(clause, name)
        if value is not None:
            yield Place((*at, name), value, _sort((*at, name)))
    for name in type(clause).model_fields:
        value = getattr(clause, name)
        if isinstance(value, Clause):
            yield from _wordings(value, (*at, name))
        elif isinstance(value, tuple):
            for key, part in _keyed(value):
                if isinstance(part, Clause):
                    yield from _wordings(part, (*at, name, key))


def _sort(path: Path) -> Sort:
    if path[-1] in _DISCLOSURES or path[0] == "oddities":
        return "disclosure"
    return "registered" if (path[0], path[-1]) in _REGISTERED else "wording"


def _keyed(parts: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    for number, part in enumerate(parts, start=1):
        names = (getattr(part, name, None) for name in _NAMES)
        yield next((str(name) for name in names if name), str(number)), part
