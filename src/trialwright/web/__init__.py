"""The Django site: pages over the record."""
