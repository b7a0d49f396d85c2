"""SDTM and ADaM data sets, from a snapshot of the record or from files."""
