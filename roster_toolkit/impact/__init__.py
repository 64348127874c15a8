"""What a file would do to a roster, record by record, and the roster that it leaves."""
