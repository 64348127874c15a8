"""Synthetic districts with planted faults and an answer key that the rule engine never saw.

The key is written down by hand from the contract (docs and profile), fault by fault, without
importing a rule: a score against it says something about the rules.
"""

from roster_toolkit.samples.district import clean_district
from roster_toolkit.samples.sample import PlantedCause, Sample, planted_district, sample_district
from roster_toolkit.samples.score import score

__all__ = [
    "PlantedCause",
    "Sample",
    "clean_district",
    "planted_district",
    "sample_district",
    "score",
]
