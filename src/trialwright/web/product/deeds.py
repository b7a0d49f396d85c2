"""What the forms of the product do: each is one command, or the reason why its fields cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal

UNKNOWN = Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
_NO_DAY = Refusal("TW-610", "a day is not written as YYYY-MM-DD; correct it")
_NO_TIME = Refusal("TW-607", "a time is not written as YYYY-MM-DD HH:MM; correct it")
_NO_VOLUME = Refusal("TW-608", "the volume is no number; write digits such as 100, or leave it empty")
_NO_NUMBER = Refusal("TW-608", "a field is no number; write digits such as 100 or 2.4e10, or leave it empty")
_MARKERS = ("markers_present", "markers_absent")
_WORDS = ("particle_method", "sterility", "mycoplasma", "virus", "potency_unit", "file_sha256")


class _Unreadable(Exception):  # noqa: N818 - it carries a refusal to where the form is answered
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class ProductForm:
    """A form that was sent: its fields, the zone in which its times are meant, and a proved second person."""

    post: Mapping[str, str]
    units: tuple[str, ...]
    zone: str
    second: str | None = None

    def field(self, name: str) -> str:
        """A field without its blanks."""
        return self.post.get(name, "").strip()

    def words(self, name: str) -> str | None:
        """A field, or None where it is empty."""
        return self.field(name) or None

    def number(self, name: str, fault: Refusal = _NO_NUMBER) -> Decimal | None:
        """A number, or None where it is empty."""
        text = self.field(name)
        try:
            return Decimal(text) if text else None
        except InvalidOperation:
            raise _Unreadable(fault) from None

    def day(self, name: str) -> date:
        """A day."""
        try:
            return date.fromisoformat(self.field(name))
        except ValueError:
            raise _Unreadable(_NO_DAY) from None

    def time(self, name: str) -> datetime:
        """A time on the wall of the person's site."""
        found = read_time(self.field(name), self.zone)
        if found is None:
            raise _Unreadable(_NO_TIME)
        return found


def read_time(text: str, zone: str) -> datetime | None:
    """``2026-03-01T09:40`` or with a blank, on the wall of a zone; None for anything else."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return None
    return given if given.tzinfo else given.replace(tzinfo=ZoneInfo(zone))


def command_of(form: ProductForm) -> c.Command | Refusal:
    """The command of a form, or why there is none."""
    deed = _DEEDS.get(form.field("deed"))
    if deed is None:
        return UNKNOWN
    try:
        return deed(form)
    except _Unreadable as fault:
        return fault.refusal


def _register(form: ProductForm) -> c.Command:
    units = tuple(form.field("units").replace(",", " ").split())
    expiry, volume = form.day("expiry"), form.number("volume", _NO_VOLUME)
    named = (form.field("lot"), form.field("product"), expiry, units, volume)
    return c.RegisterLot(*named, {}, _origin(form), _analysis(form))


def _origin(form: ProductForm) -> c.LotOrigin | None:
    passage = form.number("passage")
    origin = c.LotOrigin(
        donor=form.words("donor"),
        consent_reference=form.words("consent_reference"),
        cell_bank=form.words("cell_bank"),
        passage=int(passage) if passage is not None and passage.is_finite() else None,
        made_on=form.day("made_on") if form.field("made_on") else None,
        filled_on=form.day("filled_on") if form.field("filled_on") else None,
    )
    return None if origin == c.LotOrigin() else origin


def _analysis(form: ProductForm) -> c.CertificateOfAnalysis | None:
    found: dict[str, str | Decimal | tuple[str, ...] | None] = {}
    for part in fields(c.CertificateOfAnalysis):
        if part.name in _MARKERS:
            found[part.name] = tuple(form.field(part.name).replace(",", " ").split())
        else:
            found[part.name] = form.words(part.name) if part.name in _WORDS else form.number(part.name)
    analysis = c.CertificateOfAnalysis(**found)  # type: ignore[arg-type] # each by its own field's kind
    return None if analysis == c.CertificateOfAnalysis() else analysis


def _ship(form: ProductForm) -> c.Command:
    return c.ReceiveShipment(
        shipment=form.field("shipment"),
        site=form.field("site"),
        units=form.units,
        shipper=form.field("shipper"),
        shipped_at=form.time("shipped_at"),
        received_at=form.time("received_at"),
        logger=form.words("logger"),
        low_c=form.number("low_c"),
        high_c=form.number("high_c"),
        condition=form.words("condition"),
        freezer=form.words("freezer"),
        shelf=form.words("shelf"),
        second_person=form.second,
    )


def _excursion(form: ProductForm) -> c.Command:
    return c.RecordExcursion(
        excursion=form.field("excursion"),
        site=form.field("site"),
        units=form.units,
        since=form.time("since"),
        until=form.time("until"),
        cause=form.field("cause"),
        low_c=form.number("low_c"),
        high_c=form.number("high_c"),
    )


def _decide(form: ProductForm) -> c.Command:
    named = (form.field("excursion"), form.units, form.field("disposition"), form.field("reason"))
    return c.DecideExcursion(*named)


def _dispose(form: ProductForm) -> c.Command:
    return c.DisposeUnit(form.field("unit"), form.field("disposition"), form.field("reason"), form.second)


_DEEDS: dict[str, Callable[[ProductForm], c.Command]] = {
    "register": _register,
    "release": lambda form: c.ReleaseLot(form.field("lot")),
    "quarantine": lambda form: c.QuarantineLot(form.field("lot"), form.field("reason")),
    "recall": lambda form: c.RecallLot(form.field("lot"), form.field("reason")),
    "receive": lambda form: c.ReceiveUnit(form.field("unit"), form.field("site"), form.second),
    "ship": _ship,
    "store": lambda form: c.StoreUnit(form.field("unit"), form.field("freezer"), form.words("shelf")),
    "excursion": _excursion,
    "decide": _decide,
    "dispose": _dispose,
}
