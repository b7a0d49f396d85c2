"""The statistical analysis plan and the shells of its tables, out of the protocol before there are data."""
