"""What may happen next in a study: commands in, entries or a refusal with its reason out. Pure."""
