"""The words in which adverse events are recorded, and what they mean to a count (CDISC and common sponsor
terms).
"""

from __future__ import annotations

# Relations that say there is none. Anything else counts as related, a missing relation too: what the
# investigator
# recorded is never lessened.
UNRELATED = frozenset(
    {"NOT RELATED", "NOT_RELATED", "UNRELATED", "NONE", "NO", "N", "DEFINITELY NOT RELATED"}
)

# Actions with the treatment (AEACN), and other actions (AEACNOTH, by a part of the text), that mean drop-out.
WITHDRAWN = frozenset({"DRUG WITHDRAWN", "WITHDRAWN", "PERMANENTLY DISCONTINUED", "DRUG DISCONTINUED"})
LEFT_STUDY = ("WITHDRAWN FROM STUDY", "WITHDRAWAL FROM STUDY", "DISCONTINUED FROM STUDY", "STUDY DISCONTINU")

# Variables of grade and of severity, the analysed before the collected one, and their scales from mildest to
# worst.
GRADES = ("ATOXGR", "AETOXGR")
SEVERITIES = ("ASEV", "AESEV")
GRADE_ORDER = ("1", "2", "3", "4", "5")
SEVERITY_ORDER = ("MILD", "MODERATE", "SEVERE", "LIFE THREATENING", "LIFE-THREATENING", "FATAL")

# What makes an event serious (ICH E2A), and two more that older studies recorded.
SERIOUS_CRITERIA = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")
OLDER_CRITERIA = ("AESCAN", "AESOD")
