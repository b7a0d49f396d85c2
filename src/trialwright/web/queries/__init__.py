"""Queries in the browser: the list, the thread of one, asking, answering and closing."""
