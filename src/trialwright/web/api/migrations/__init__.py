"""The tables of tokens, as they came about."""
