"""The record: append-only entries as canonical bytes, their hash chain, and signed checkpoints over it."""
