"""SDTM domains: what was recorded, in the study's standard units, one row a record."""
