"""OneRoster 1.1 and 1.2 files as a roster."""
