"""What changes a stored district: importing current data, and processing a file."""
