"""Pages for paper and archive, set with typst: a person's casebook, and the study's blank forms (PDF/A)."""
