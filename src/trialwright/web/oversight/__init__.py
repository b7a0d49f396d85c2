"""The study as a whole: opening it and its sites, reviews, boundaries, pauses, and its lock."""
