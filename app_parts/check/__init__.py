"""Check a file: verdict, causes, rows, repairs, downloads."""
