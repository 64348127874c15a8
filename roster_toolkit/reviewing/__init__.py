"""The pipeline from a file to its review, and the public `Review` object."""
