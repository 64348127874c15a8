"""OneRoster 1.1 files as a roster."""
