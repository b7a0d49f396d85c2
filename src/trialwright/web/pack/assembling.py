"""The whole pack from its material. No database, no clock; texts in the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _

import trialwright
from trialwright.protocol.fingerprint import fingerprint
from trialwright.report.prints.checkpoints import grouped
from trialwright.report.prints.pack_pages import Pack
from trialwright.web.pack.course import accrual_section, exposure_section, product_section
from trialwright.web.pack.gates import boundaries_section, decisions_section
from trialwright.web.pack.harm import listing_section, overview_section, stories_section, terms_section
from trialwright.web.pack.laboratory import laboratory_section
from trialwright.web.pack.material import Material


def board_pack(material: Material, by: str, language: str) -> Pack:
    """The pack: who made it, from which record, and its sections."""
    study = material.study
    prints = fingerprint(study)
    title = _("Safety board pack")
    return Pack(
        title=title,
        study=f"{study.study.id} · {study.study.short_title}",
        facts=(
            (_("Study"), study.study.title),
            (_("Sponsor"), study.study.sponsor),
            (_("Protocol"), f"{study.study.protocol_version}, {prints.data[:12]}"),
            (_("Data up to"), f"{material.at.isoformat(timespec='minutes')}"),
            (_("Record"), f"{grouped(material.head.hash)} ({material.head.size})"),
            (_("Last review"), material.since[:10] or "–"),
            (_("Made by"), f"{by}, trialwright {trialwright.__version__}"),
        ),
        sections=(
            accrual_section(material),
            boundaries_section(material),
            decisions_section(material),
            overview_section(material),
            terms_section(material),
            stories_section(material),
            listing_section(material),
            laboratory_section(material),
            exposure_section(material),
            product_section(material),
        ),
        running=(study.study.id, title, f"{_('Record')} {material.head.hash[:12]}"),
        rehearsal=_("REHEARSED – ALL PEOPLE ARE INVENTED") if material.rehearsed else "",
        page_of="/",
        contents=_("Contents"),
        language=language,
    )
