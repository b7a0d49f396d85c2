"""Source verification: the monitor compares answers with their sources, the decisive ones first."""
