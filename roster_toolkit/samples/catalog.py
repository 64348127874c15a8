"""The kinds of faults that can be planted, each with its code and a title in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from roster_toolkit.samples import cell_faults, relation_faults, row_faults
from roster_toolkit.samples.fault_planner import FaultPlanner


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault; `plant` plants its n-th instance and says whether there was room."""

    code: str
    title: str
    plant: Callable[[FaultPlanner, int], bool]
    every: int = 1
    """In mixtures it comes once in so many rounds: one instance of it marks or moves many rows."""


#: Class faults come first: they need a class that nothing else has touched.
FAULTS = (
    Fault("RT309", "a class with too many students", relation_faults.oversized_class, 8),
    Fault("RT310", "a class both removed and filled", relation_faults.removed_and_used, 4),
    Fault("RT304", "rows that disagree about a class", relation_faults.conflicting_class),
    Fault("RT306", "IDs that look alike", relation_faults.lookalike_identifiers),
    Fault("RT307", "a class without a teacher", relation_faults.class_without_teacher),
    Fault("RT308", "a class with two primary teachers", relation_faults.several_primary_teachers),
    Fault("RT301", "a student twice in a class", relation_faults.repeated_enrollment),
    Fault("RT302", "two people with one address", relation_faults.shared_email),
    Fault("RT303", "rows that disagree about a person", relation_faults.conflicting_person),
    Fault("RT305", "two people with one state or district ID", relation_faults.shared_secondary_id),
    Fault("RT008", "rows with too few or too many cells", row_faults.ragged_row),
    Fault("RT013", "rows of the template", row_faults.sample_rows),
    Fault("RT014", "blank rows", row_faults.blank_row),
    Fault("RT015", "lines that are no record", row_faults.no_record),
    Fault("RT201", "students without a grade", row_faults.missing_student_grade),
    Fault("RT202", "staff with a grade", row_faults.unexpected_staff_grade),
    Fault("RT203", "students as primary teachers", row_faults.unexpected_primary_teacher),
    Fault("RT204", "class cells that are missing", row_faults.incomplete_class),
    Fault("RT205", "students in a staff upload", row_faults.student_in_staff_upload),
    Fault("RT206", "removals that name no class", row_faults.removal_without_class),
    Fault("RT208", "rows whose cells moved left or right", row_faults.shifted_row),
    Fault("RT101", "required cells that are blank", cell_faults.missing_value),
    Fault("RT102", "values that are not accepted", cell_faults.unaccepted_value),
    Fault("RT103", "malformed addresses", cell_faults.malformed_email),
    Fault("RT104", "IDs with other characters", cell_faults.malformed_identifier),
    Fault("RT105", "stray spaces and invisible characters", cell_faults.stray_whitespace),
    Fault("RT106", "what a spreadsheet made of a value", cell_faults.spreadsheet_damage),
    Fault("RT107", "addresses of a rejected domain", cell_faults.rejected_domain),
    Fault("RT108", "nine-digit IDs", cell_faults.ssn_like_identifier),
    Fault("RT109", "garbled names", cell_faults.garbled_text),
    Fault("RT110", "placeholders", cell_faults.placeholder_value),
    Fault("RT111", "values that look like formulas", cell_faults.formula_like_value),
    Fault("RT112", "long IDs that end in zeros", cell_faults.rounded_identifier),
)

BY_CODE = {fault.code: fault for fault in FAULTS}
