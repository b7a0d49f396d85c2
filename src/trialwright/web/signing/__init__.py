"""Signing in the browser: who signs proves again that it is them, and signs exactly what was shown."""
