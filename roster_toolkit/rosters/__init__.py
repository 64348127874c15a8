"""A district's roster: its shape, who is who in two of them, and how they compare."""
