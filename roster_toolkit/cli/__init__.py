"""The command line: one module a command, each of which loads only what it needs."""
