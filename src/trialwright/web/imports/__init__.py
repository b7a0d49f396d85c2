"""Laboratory files in the browser: shown first as they would be taken, then imported."""
