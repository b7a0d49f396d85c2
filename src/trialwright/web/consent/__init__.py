"""The consent ledger: new subjects, what they signed and when, versions, and withdrawals."""
