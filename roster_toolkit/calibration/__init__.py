"""Learning a portal from what it hands out: its template, dictionary, reports and help page."""
