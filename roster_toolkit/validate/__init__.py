"""Upload × rules → findings, in one pass and without a cap."""

from roster_toolkit.validate.carried import carried_over
from roster_toolkit.validate.engine import validate
from roster_toolkit.validate.roster import NO_ROSTER
from roster_toolkit.validate.run import FINDINGS, Fault, Skip, Validation

__all__ = ["FINDINGS", "NO_ROSTER", "Fault", "Skip", "Validation", "carried_over", "validate"]
