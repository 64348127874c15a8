"""Synthetic districts with planted faults and an answer key that the rule engine never saw.

The key is written down by hand from the contract (docs and profile), fault by fault, without
importing a rule: a score against it says something about the rules.
"""

from roster_toolkit.samples.district import clean_district
from roster_toolkit.samples.families import Family, families
from roster_toolkit.samples.mixture import hard_mixture
from roster_toolkit.samples.portal import Papers, sample_portal
from roster_toolkit.samples.sample import PlantedCause, Sample, planted_district, sample_district
from roster_toolkit.samples.score import score

__all__ = [
    "Family",
    "Papers",
    "PlantedCause",
    "Sample",
    "clean_district",
    "families",
    "hard_mixture",
    "planted_district",
    "sample_district",
    "sample_portal",
    "score",
]
