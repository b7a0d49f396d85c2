"""The numbers in a person's own text, held against the results: backed, contradicted, or unknown."""
