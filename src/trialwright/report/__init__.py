"""Results to tables, listings and figures in one self-contained page."""
