"""Preview impact, and process the file."""
