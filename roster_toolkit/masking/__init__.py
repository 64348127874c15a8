"""Mask a finished review or roster: pseudonyms in place of names, addresses and IDs.

The data are masked, not the reports: every renderer shows what it is given, and joins and counts
stay what they are, because the map is one-to-one. What judges cells has judged the real ones.
"""

from roster_toolkit.masking.difference import masked_difference
from roster_toolkit.masking.key import key_beside, mask_key
from roster_toolkit.masking.review import mask_assessment
from roster_toolkit.masking.values import Mask

__all__ = ["Mask", "key_beside", "mask_assessment", "mask_key", "masked_difference"]
