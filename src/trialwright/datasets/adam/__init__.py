"""ADaM data sets: what the analyses read, one row a subject or an analysis value."""
