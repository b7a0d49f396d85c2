"""The study as one typed, frozen, fingerprinted document: load, check, explain."""
