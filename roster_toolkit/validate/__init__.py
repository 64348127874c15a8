"""Upload × rules → findings, in one pass and without a cap."""

from roster_toolkit.validate.engine import validate
from roster_toolkit.validate.run import FINDINGS, Fault, Skip, Validation

__all__ = ["FINDINGS", "Fault", "Skip", "Validation", "validate"]
