"""The invented staff of a rehearsal: one person for each role, named and delegated like real ones."""

from __future__ import annotations

from datetime import timedelta

from trialwright.conduct import Author
from trialwright.conduct import commands as c
from trialwright.conduct.permissions import CONSOLE
from trialwright.protocol.study import Study
from trialwright.rehearsal.stage import Stage

# role -> (id, name)
STAFF = {
    "administrator": ("administrator", "Alva Thorne"),
    "coordinator": ("coordinator", "Lin Mei"),
    "investigator": ("investigator", "Zhou Hai"),
    "nurse": ("nurse", "Sun Yue"),
    "monitor": ("monitor", "Piet Brandt"),
    "data_manager": ("data-manager", "Rosa Vidal"),
    "statistician": ("statistician", "Emre Kaya"),
    "sponsor": ("sponsor", "Greta Holm"),
    "board": ("board", "Noor Haddad"),
    "inspector": ("inspector", "Ines Faber"),
}
_AT_SITES = frozenset({"coordinator", "investigator", "nurse", "monitor"})


def engage_staff(stage: Stage, study: Study) -> None:
    """Name everybody and delegate their roles; from then on they, and nobody else, give commands."""
    console = Author(CONSOLE, "Set-up at the console", "administrator")
    first = (stage.now.date() - timedelta(days=1)).isoformat()  # today everywhere on earth
    training = f"protocol {study.study.protocol_version} and good clinical practice (invented)"
    for role, (person, name) in STAFF.items():
        stage.do(c.AddPerson(person, name), author=console)
        sites = tuple(site.id for site in study.design.sites) if role in _AT_SITES else (None,)
        for site in sites:
            stage.do(c.DelegateRole(person, role, site, first, None, training), author=console)
    stage.staff = {role: Author(person, name, role) for role, (person, name) in STAFF.items()}
