"""Pure functions on numbers, one file a family, each with its source.

What cannot be estimated is a value with a reason.
"""
