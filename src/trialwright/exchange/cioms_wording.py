"""The words of a CIOMS I form: the labels of its boxes, in our own words, and how values are said."""

from __future__ import annotations

TITLE = "Suspect adverse reaction report"
FORM = "CIOMS form I"
SECTIONS = {
    "I": "Reaction",
    "II": "Suspect product",
    "III": "Other drugs and history",
    "IV": "Sender and report",
}
LABELS = {
    "1": "Initials",
    "1a": "Country",
    "2": "Date of birth",
    "2a": "Age at onset",
    "3": "Sex",
    "4-6": "Onset of the reaction",
    "7+13": "The reactions, with tests and laboratory values",
    "8-12": "Tick all that apply",
    "14": "Suspect drugs, with substance and batch",
    "15": "Doses",
    "16": "Route of administration",
    "17": "Given for",
    "18": "Given from, to",
    "19": "Given for how long",
    "20": "Did the reaction abate after the drug was stopped?",
    "21": "Did it come back when the drug was given again?",
    "22": "Other drugs and when they were given, without those that treated the reaction",
    "23": "Other relevant history",
    "24a": "Name and address of the sponsor or manufacturer",
    "24b": "Control number",
    "24c": "Received on",
    "24d": "Source of the report",
    "25": "Date of this report",
    "25a": "Kind of report",
    "26": "Reporter",
}
CRITERIA = {
    "death": "The person died",
    "life-threatening": "Life-threatening",
    "hospitalisation": "In hospital, or longer there",
    "disability": "Lasting or significant disability",
    "congenital anomaly": "Congenital anomaly",
    "other medically important": "Otherwise medically important",
}
SOURCES = ("Study", "Literature", "Health professional", "Other")
ANSWERS = ("Yes", "No", "Not applicable")
KINDS = {"initial": "Initial", "follow-up": "Follow-up"}
NOT_STATED = "not stated"
NO_NUMBER = "no control number"
OF_THE_TEMPLATE = {
    "page_of": "/",
    "not_stated": NOT_STATED,
    "form": FORM,
    "heading": TITLE,
    "continued": "continued",
}
INVENTED = "REHEARSED – ALL PEOPLE ARE INVENTED"
NULLS = {
    "NI": "no information",
    "UNK": "unknown",
    "ASKU": "asked, not known",
    "NASK": "not asked",
    "MSK": "withheld",
    "NA": "not applicable",
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNITS = {
    "a": "years",
    "mo": "months",
    "wk": "weeks",
    "d": "days",
    "h": "hours",
    "min": "minutes",
    "s": "seconds",
    "{decade}": "decades",
    "{total}": "in total",
    "{cyclical}": "in cycles",
    "{asnecessary}": "as necessary",
}
