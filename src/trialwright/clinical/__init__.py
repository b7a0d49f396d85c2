"""Published clinical knowledge with no study in it: units, indices, scores."""
