"""The catalogue of rules: one decorated function each."""
