"""The study report after ICH E3: sections, prose bound to results, and a person's own checked texts."""
