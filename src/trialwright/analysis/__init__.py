"""Statistics on numbers, and analyses whose every result knows the keys of the records behind it."""
