"""The audit trail: looked through, taken out, and reviewed (AT-7, AT-9)."""
