"""Measurements: processor time of whole processes in turn, as ratios to a bare read by Polars.

`python -m benchmarks` measures everything, `python -m benchmarks.guard` what CI watches over.
"""
