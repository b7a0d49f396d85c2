"""The start page: what the person at work does today, and how the study stands."""
