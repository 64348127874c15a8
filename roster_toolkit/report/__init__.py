"""What people and programs get to read of a review: text, JSON, files.

Everything here is rendered late, from the records of a `Review`; nothing of it is kept in one.
"""
