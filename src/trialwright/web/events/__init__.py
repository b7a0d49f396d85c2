"""Adverse events in the browser: reported, followed up, with every version kept."""
