"""trialwright runs a registered clinical study from one protocol file."""

__version__ = "0.1.0"
