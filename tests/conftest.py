"""Fixtures for all tests. This file also makes the modules beside it importable from every test folder."""
