"""Reads everybody's laboratory values when the server starts, so that no page has to wait for them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from django.utils import translation

from trialwright.errors import TrialwrightError
from trialwright.web.languages import LANGUAGES, study_read
from trialwright.web.milestones import milestones
from trialwright.web.safety.seen_values import values_seen

if TYPE_CHECKING:
    from trialwright.store import StudyStore

# So few casebooks at a time that a page which asks meanwhile is not held up.
_AT_ONCE = 5


def begin_to_read(store: StudyStore) -> threading.Thread:
    """Start to read, beside the server, in each language; the thread ends when all is known."""
    thread = threading.Thread(target=_read, args=(store,), name="read ahead", daemon=True)
    thread.start()
    return thread


def _read(store: StudyStore) -> None:
    try:
        for code, _ in LANGUAGES:
            with translation.override(code):
                while values_seen(store, study_read(store), list(milestones(store)), _AT_ONCE).unread:
                    pass
    except TrialwrightError:
        return  # the pages say what is wrong with the record when they are asked
    finally:
        store.close()
