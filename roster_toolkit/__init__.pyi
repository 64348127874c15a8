# Every public name, once, and where it lives; the package imports each when it is first used.

from .attempts import (
    compare_attempts as compare_attempts,
)
from .batch import Batch as Batch
from .batch import Reviews as Reviews
from .batch import review_files as review_files
from .calibration.calibrate import (
    Calibration as Calibration,
)
from .calibration.calibrate import (
    calibrate as calibrate,
)
from .calibration.edits import (
    ColumnEdit as ColumnEdit,
)
from .calibration.edits import (
    EditedProfile as EditedProfile,
)
from .calibration.edits import (
    editable_columns as editable_columns,
)
from .calibration.edits import (
    edited_profile as edited_profile,
)
from .calibration.edits import (
    edits_of as edits_of,
)
from .calibration.edits import (
    profile_toml as profile_toml,
)
from .calibration.edits import (
    requirement_choices as requirement_choices,
)
from .calibration.model import (
    Proposal as Proposal,
)
from .causes import (
    Cause as Cause,
)
from .cli_subprocess import (
    command_line as command_line,
)
from .derive import (
    DictionaryRow as DictionaryRow,
)
from .derive import (
    ExampleTable as ExampleTable,
)
from .derive import (
    Explanation as Explanation,
)
from .derive import (
    ToldRule as ToldRule,
)
from .derive import (
    absent_columns as absent_columns,
)
from .derive import (
    dictionary_rows as dictionary_rows,
)
from .derive import (
    explain as explain,
)
from .derive import (
    explain_lines as explain_lines,
)
from .derive import (
    pandera_schema as pandera_schema,
)
from .derive import (
    template_csv as template_csv,
)
from .derive import (
    told_rules as told_rules,
)
from .districts import (
    Store as Store,
)
from .districts import (
    StoredDistrict as StoredDistrict,
)
from .drilldown import (
    Selection as Selection,
)
from .errors import (
    ProfileError as ProfileError,
)
from .errors import (
    ToolkitError as ToolkitError,
)
from .errors import (
    UnreadableFile as UnreadableFile,
)
from .errors import (
    UsageError as UsageError,
)
from .impact.mass_change import (
    mass_changes as mass_changes,
)
from .impact.mass_change import (
    removed_classes as removed_classes,
)
from .impact.preview import (
    Impact as Impact,
)
from .impact.record import (
    RecordView as RecordView,
)
from .ingest import (
    read_upload as read_upload,
)
from .model import (
    Column as Column,
)
from .model import (
    Evidence as Evidence,
)
from .model import (
    Fix as Fix,
)
from .model import Need as Need
from .model import (
    Part as Part,
)
from .model import (
    Profile as Profile,
)
from .model import (
    Rule as Rule,
)
from .model import (
    Severity as Severity,
)
from .model import (
    Upload as Upload,
)
from .operations.importing import (
    Imported as Imported,
)
from .operations.importing import (
    import_data as import_data,
)
from .operations.importing import (
    import_schools as import_schools,
)
from .operations.processing import (
    Processed as Processed,
)
from .operations.processing import (
    process as process,
)
from .profile import (
    load_profile as load_profile,
)
from .profile import (
    profile_names as profile_names,
)
from .profile import (
    profile_of_text as profile_of_text,
)
from .repair import (
    apply_fixes as apply_fixes,
)
from .repair import (
    read_edits as read_edits,
)
from .repair.placeholders import (
    Placeholders as Placeholders,
)
from .repair.placeholders import (
    fill_placeholder_addresses as fill_placeholder_addresses,
)
from .report.cause_view import (
    ToldCause as ToldCause,
)
from .report.cures import (
    Problem as Problem,
)
from .report.tables import (
    difference_csv as difference_csv,
)
from .report.tables import (
    journal_csv as journal_csv,
)
from .reviewing.comparing import (
    compare as compare,
)
from .reviewing.display_names import (
    DisplayNames as DisplayNames,
)
from .reviewing.review import (
    Repair as Repair,
)
from .reviewing.review import (
    Review as Review,
)
from .reviewing.review import (
    Verdict as Verdict,
)
from .reviewing.review import (
    review as review,
)
from .reviewing.together import review_together as review_together
from .rosters.changes import (
    key_at as key_at,
)
from .rosters.compare import (
    Compared as Compared,
)
from .rosters.context import (
    RosterContext as RosterContext,
)
from .rosters.difference import (
    Difference as Difference,
)
from .rosters.difference import (
    difference as difference,
)
from .rosters.directory import (
    ClassList as ClassList,
)
from .rosters.directory import (
    Directory as Directory,
)
from .rosters.directory import (
    Person as Person,
)
from .rosters.export import (
    users_csv as users_csv,
)
from .rosters.oneroster.reading import (
    read_oneroster as read_oneroster,
)
from .rosters.outcomes import Outcome as Outcome
from .rosters.roster import (
    Kind as Kind,
)
from .rosters.roster import (
    Roster as Roster,
)
from .rules.custom import (
    col as col,
)
from .rules.custom import (
    rule as rule,
)
from .rules.registry import (
    catalogue as catalogue,
)
from .sample_workspace import (
    Story as Story,
)
from .sample_workspace import (
    sample_story as sample_story,
)
from .samples import (
    Papers as Papers,
)
from .samples import (
    sample_district as sample_district,
)
from .samples import (
    sample_portal as sample_portal,
)
from .store import (
    District as District,
)
from .store import (
    ProfileVersion as ProfileVersion,
)
from .store import (
    Snapshot as Snapshot,
)
from .store import (
    profile_of_source as profile_of_source,
)
from .text import (
    row_ranges as row_ranges,
)
