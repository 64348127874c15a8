"""The one road from a file to what would happen to it, and what can be asked of the result."""
