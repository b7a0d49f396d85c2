"""The safety board's pack: what the record says of the study's safety, for a meeting that decides."""
