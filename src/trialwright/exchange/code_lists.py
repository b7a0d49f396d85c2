"""Code lists, object identifiers and units of the E2B(R3) message, as data.

Sources: ICH E2B(R3) Implementation Guide 5.03, appendix I (B) (code lists 1 to 27, their OIDs; list 14: the
routes of E2B(R2)); EDQM Standard Terms (routes); UCUM 2.2 as constrained by ICH list 25 and 26; ISO 3166-1,
5218 and 639-2 by their OIDs. MedDRA is named by its OID only: it is licensed, and no term of it stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_ICH = "2.16.840.1.113883.3.989.2.1"
MEDDRA = "2.16.840.1.113883.6.163"
COUNTRIES = "1.0.3166.1.2.2"
SEXES = "1.0.5218"
EDQM = "0.4.0.127.0.16.1.1.2.1"
ICH_ROUTES = f"{_ICH}.1.14"
OBSERVATIONS = f"{_ICH}.1.19"
ORGANIZERS = f"{_ICH}.1.20"
AUTHORS = f"{_ICH}.1.21"
RELATED_REPORTS = f"{_ICH}.1.22"
CHARACTERISTICS = f"{_ICH}.1.23"
DOCUMENTS = f"{_ICH}.1.27"
IDENTIFIER_SOURCES = f"{_ICH}.1.4"
INTERPRETATIONS = "2.16.840.1.113883.5.83"
HL7_ACTS = "2.16.840.1.113883.5.4"
HL7_INTERACTIONS = "2.16.840.1.113883.1.6"
HL7_TRIGGERS = "2.16.840.1.113883.1.18"

# Roots of identifiers (ICH object identifiers, namespace 2.16.840.1.113883.3.989.2.1.3).
SENDERS_CASE = f"{_ICH}.3.1"
WORLDWIDE_CASE = f"{_ICH}.3.2"
OTHER_CASE = f"{_ICH}.3.3"
SPONSOR_STUDY = f"{_ICH}.3.5"
REGISTRATION = f"{_ICH}.3.6"
INVESTIGATION_NUMBER = f"{_ICH}.3.10"
MESSAGE_SENDER = f"{_ICH}.3.11"
MESSAGE_RECEIVER = f"{_ICH}.3.12"
BATCH_SENDER = f"{_ICH}.3.13"
BATCH_RECEIVER = f"{_ICH}.3.14"
BATCH_NUMBER = f"{_ICH}.3.22"


@dataclass(frozen=True, slots=True)
class CodeList:
    """One ICH code list: its OID, and the code of each word that stands for it here."""

    oid: str
    codes: Mapping[str, str]

    def word(self, code: str) -> str | None:
        """The word of a code, None for a code that the list does not have."""
        return next((word for word, known in self.codes.items() if known == code), None)


def _ich(number: int, *words: str, first: int = 1, **more: str) -> CodeList:
    numbered = {word: str(place) for place, word in enumerate(words, start=first)}
    return CodeList(
        f"{_ICH}.1.{number}", {**numbered, **{word.replace("_", " "): more[word] for word in more}}
    )


MESSAGES = _ich(1, "ichicsr")
REPORT_TYPES = _ich(2, "spontaneous", "study", "other", "not available")
FIRST_SENDERS = _ich(3, "regulator", "other")
CHANGES = _ich(5, "nullification", "amendment")
QUALIFICATIONS = _ich(6, "physician", "pharmacist", "other health professional", "lawyer", "consumer")
SENDER_TYPES = _ich(
    7,
    "pharmaceutical company",
    "regulatory authority",
    "health professional",
    "regional pharmacovigilance centre",
    "WHO collaborating centre",
    "other",
    "patient or consumer",
)
STUDY_TYPES = _ich(8, "clinical trial", "individual patient use", "other")
AGE_GROUPS = _ich(9, "foetus", "neonate", "infant", "child", "adolescent", "adult", "elderly", first=0)
OUTCOMES = _ich(
    11, "recovered", "recovering", "not recovered", "recovered with sequelae", "fatal", unknown="0"
)
RESULTS = _ich(12, "positive", "negative", "borderline", "inconclusive")
DRUG_ROLES = _ich(13, "suspect", "concomitant", "interacting", "not administered")
ACTIONS = _ich(
    15, "withdrawn", "dose reduced", "dose increased", "dose not changed", unknown="0", not_applicable="9"
)
RECURRENCES = _ich(16, "recurred", "did not recur", "recurrence unknown", "not given again")
DRUG_REMARKS = _ich(
    17,
    "counterfeit",
    "overdose",
    "taken by the father",
    "expired",
    "batch within specifications",
    "batch outside specifications",
    "medication error",
    "misuse",
    "abuse",
    "occupational exposure",
    "off-label use",
)
SEX_CODES = CodeList(SEXES, {"male": "1", "female": "2"})

# The null flavours that an element takes, where the guide limits them (3.4 of the guide, element by element).
NULL_FLAVOURS: Mapping[str, tuple[str, ...]] = {
    "C.2.r.1.1": ("MSK", "ASKU", "NASK", "UNK"),
    "C.2.r.1.2": ("MSK", "ASKU", "NASK"),
    "C.2.r.4": ("UNK",),
    "C.5.1.r.2": ("ASKU", "NASK"),
    "C.5.2": ("ASKU", "NASK"),
    "C.5.3": ("ASKU", "NASK"),
    "D.5": ("MSK", "UNK", "ASKU", "NASK"),
    "D.9.1": ("MSK", "ASKU", "NASK"),
    "D.9.3": ("ASKU", "NASK", "UNK"),
    "E.i.4": ("MSK", "ASKU", "NASK"),
    "E.i.5": ("MSK", "ASKU", "NASK"),
    "F.r.1": ("UNK",),
    "G.k.4.r.4": ("MSK", "ASKU", "NASK"),
    "G.k.4.r.5": ("MSK", "ASKU", "NASK"),
}

# Seriousness criteria: their observation codes in ICH list 19, in the order of E.i.3.2a to f.
SERIOUSNESS = {
    "death": ("34", "resultsInDeath"),
    "life-threatening": ("21", "isLifeThreatening"),
    "hospitalisation": ("33", "requiresInpatientHospitalization"),
    "disability": ("35", "resultsInPersistentOrSignificantDisability"),
    "congenital anomaly": ("12", "congenitalAnomalyBirthDefect"),
    "other medically important": ("26", "otherMedicallyImportantCondition"),
}

_ROUTES_IN_ORDER = (
    "auricular", "buccal", "cutaneous", "dental", "endocervical", "endosinusial", "endotracheal",
    "epidural", "extra-amniotic", "haemodialysis", "intra corpus cavernosum", "intra-amniotic",
    "intra-arterial", "intra-articular", "intra-uterine", "intracardiac", "intracavernous", "intracerebral",
    "intracervical", "intracisternal", "intracorneal", "intracoronary", "intradermal", "intradiscal",
    "intrahepatic", "intralesional", "intralymphatic", "intramedullar", "intrameningeal", "intramuscular",
    "intraocular", "intrapericardial", "intraperitoneal", "intrapleural", "intrasynovial", "intratumour",
    "intrathecal", "intrathoracic", "intratracheal", "intravenous bolus", "intravenous drip", "intravenous",
    "intravesical", "iontophoresis", "nasal", "occlusive dressing", "ophthalmic", "oral", "oropharyngeal",
    "other", "parenteral", "periarticular", "perineural", "rectal", "inhalation", "retrobulbar",
    "subconjunctival", "subcutaneous", "subdermal", "sublingual", "topical", "transdermal", "transmammary",
    "transplacental", "unknown", "urethral", "vaginal",
)  # fmt: skip
ROUTES = CodeList(ICH_ROUTES, {word: f"{place:03}" for place, word in enumerate(_ROUTES_IN_ORDER, start=1)})
EDQM_ROUTES = CodeList(
    EDQM,
    {
        "intravenous": "20045000",
        "oral": "20053000",
        "subcutaneous": "20066000",
        "intramuscular": "20035000",
    },
)

AGE_UNITS = frozenset({"{decade}", "a", "mo", "wk", "d", "h"})
DURATION_UNITS = frozenset({"a", "mo", "wk", "d", "h", "min", "s"})
INTERVAL_UNITS = DURATION_UNITS | {"{cyclical}", "{asnecessary}", "{total}"}
