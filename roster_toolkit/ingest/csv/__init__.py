"""One text as records: its delimiter and header, and the roads from bytes to a frame of cells."""
