"""The coding desk: what the words of adverse events mean in the study's dictionary."""
