"""Accounts: signing in, second factors, sessions, and the administration of people."""
