"""Measurements, run by hand: ratios of whole processes in turn, never asserted by the clock."""
