"""What may happen next in a study: commands in, entries or a refusal with its reason out. Pure."""

from trialwright.conduct.answer import Answer, Context, Draft, Refusal
from trialwright.conduct.decide import decide
from trialwright.conduct.evolve import evolve
from trialwright.conduct.permissions import streams_of
from trialwright.conduct.states import State, dump_state, load_state
from trialwright.record.entry import Author

__all__ = [
    "Answer",
    "Author",
    "Context",
    "Draft",
    "Refusal",
    "State",
    "decide",
    "dump_state",
    "evolve",
    "load_state",
    "streams_of",
]
