"""The safety desk: what is owed for serious events, ordered by the time that is left."""
