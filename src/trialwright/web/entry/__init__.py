"""Form entry: each item is saved as it is answered, corrected with a reason, and shows its history."""
