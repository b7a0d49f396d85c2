"""Prints from the browser: a subject's casebook, and the study's blank forms, as PDF."""
