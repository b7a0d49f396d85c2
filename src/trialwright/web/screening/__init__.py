"""The screening desk: the criteria as values come in, the proof sheet, and what follows from it."""
