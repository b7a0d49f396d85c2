"""What a certificate of analysis says, checked: sums that multiply, words that are known, days in order."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, Final

from trialwright.conduct.amounts import decimal_text
from trialwright.conduct.answer import Refused
from trialwright.conduct.commands import CertificateOfAnalysis, LotOrigin
from trialwright.conduct.moments import happened
from trialwright.conduct.situation import Situation, one_of, words
from trialwright.conduct.states import LotState
from trialwright.protocol.design import Product

RESULTS: Final = ("passed", "failed", "pending")
_TESTS: Final = ("sterility", "mycoplasma", "virus")
_LARGEST: Final = Decimal("1e24")
_FINEST: Final = Decimal("1e-12")
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def origin_of(situation: Situation, origin: LotOrigin | None, expiry: date) -> dict[str, Any]:
    """What is known of the source, as a payload. Raises Refused with TW-415, TW-418, TW-431 or TW-891."""
    if origin is None:
        return {}
    found: dict[str, Any] = {}
    for name in ("donor", "consent_reference", "cell_bank"):
        text = getattr(origin, name)
        if text is not None:
            found[name] = words(text, _said(name))
    if origin.passage is not None:
        if not 0 <= origin.passage < 1000:
            raise Refused("TW-431", f"the passage is {origin.passage}; give a number from 0 to 999")
        found["passage"] = origin.passage
    for name in ("made_on", "filled_on"):
        day = getattr(origin, name)
        if day is not None:
            found[name] = happened(day, _said(name), situation.context).text
    days = [each for each in (origin.made_on, origin.filled_on, expiry) if each is not None]
    if days != sorted(days):
        raise Refused("TW-891", "a lot is made, then filled, then expires; correct the days")
    return found


def analysis_of(analysis: CertificateOfAnalysis | None, volume: str | None) -> dict[str, Any]:
    """What the certificate says, as a payload without what is unknown.

    Raises Refused with TW-415, TW-431, TW-432, or TW-891 where concentration x volume is not the total.
    """
    if analysis is None:
        return {}
    found: dict[str, Any] = {}
    for part in fields(analysis):
        value = getattr(analysis, part.name)
        if value is not None and value != ():
            found[part.name] = _plain(part.name, value)
    _require_sum(analysis, volume)
    return found


def require_certificate(lot: LotState, product: Product) -> None:
    """TW-892 where the protocol demands a value that the lot lacks, or where a test was not passed."""
    known = {**lot.origin, **lot.analysis}
    lacking = [_said(name) for name in product.certificate if name not in known]
    if lacking:
        raise Refused(
            "TW-892",
            f"the certificate of lot {lot.lot} does not say {', '.join(lacking)}, which the protocol demands",
            tuple(lacking),
        )
    for test in _TESTS:
        if known.get(test, "passed") != "passed":
            raise Refused(
                "TW-892",
                f"{test} of lot {lot.lot} is {known[test]}; it is not released until it is passed",
                (test,),
            )


def particles_given(per_ml: str | None, given_ml: Decimal) -> str | None:
    """Particles = mL given x particles per mL, exactly; None where the concentration is not known."""
    if per_ml is None:
        return None
    with localcontext(prec=100):
        return decimal_text(Decimal(per_ml) * given_ml)


def _said(name: str) -> str:
    return name.replace("_", " ")


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        if not value.is_finite() or not 0 <= value < _LARGEST or (value and value < _FINEST):
            raise Refused("TW-431", f"{_said(name)} is {value}; give a number from 0 upwards")
        return decimal_text(value)
    if isinstance(value, tuple):
        return [words(each, _said(name)) for each in value]
    if name in _TESTS:
        return one_of(value, RESULTS, _said(name))
    if name == "file_sha256" and not _HASH.fullmatch(value):
        raise Refused("TW-431", "the hash of the certificate's file is 64 hexadecimal digits (SHA-256)")
    return words(value, _said(name))


def _require_sum(analysis: CertificateOfAnalysis, volume: str | None) -> None:
    """A total that was rounded on the certificate agrees within half a unit of its last digit."""
    total, concentration = analysis.particles_per_unit, analysis.particles_per_ml
    if total is None or concentration is None or volume is None:
        return
    exponent = total.as_tuple().exponent
    rounding = Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) else Decimal(0)
    with localcontext(prec=100):
        product = concentration * Decimal(volume)
        off = abs(product - total)
    if off > rounding:
        raise Refused(
            "TW-891",
            f"{decimal_text(concentration)} particles/mL x {volume} mL are {decimal_text(product)}, "
            f"but the certificate says {decimal_text(total)} particles a unit; read it again",
        )
