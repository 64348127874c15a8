"""RT0xx: the file as it was read: its form and the shape of its records.

Each function gets the upload and the profile and returns a frame of hits.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from roster_toolkit.cleaning import clean
from roster_toolkit.model import (
    Evidence,
    Fix,
    Obstacle,
    Profile,
    Remark,
    RuleWords,
    Scope,
    Severity,
    Upload,
)
from roster_toolkit.rules.judgement import Hit, hits, hits_on
from roster_toolkit.rules.quotes import lines_taken
from roster_toolkit.rules.registry import rule
from roster_toolkit.rules.sound_file import HEADER, RECORD, SOUND

_UNREADABLE = (
    Obstacle.WORKBOOK, Obstacle.ARCHIVE, Obstacle.IMAGE, Obstacle.PDF, Obstacle.WEB_PAGE,
    Obstacle.BINARY, Obstacle.UNDECODABLE,
)  # fmt: skip
#: Encodings by the names under which spreadsheet programs offer them.
_ENCODINGS = {
    "macroman": "Macintosh (Mac OS Roman)",
    "cp437": "MS-DOS (code page 437)",
    "cp850": "MS-DOS (code page 850)",
}
#: Columns that tell who a person is.
_OF_A_PERSON = ("userId", "userFirstName", "userLastName", "userEmail")
#: What separates cells, in words; all but commas.
NAMED_DELIMITER = {
    ";": "semicolons", "\t": "tabs", "|": "vertical bars", "^": "carets", "~": "tildes",
}  # fmt: skip


def obstacle(upload: Upload, *kinds: Obstacle) -> pl.DataFrame:
    """One hit if the file could not be read for one of these reasons."""
    if upload.obstacle not in kinds:
        return hits()
    row = upload.obstacle_row
    index = None if row is None else row - upload.first_row
    return hits([Hit(index=index, value=upload.obstacle_detail)])


@rule(
    "RT001", "unreadable-file",
    scope=Scope.FILE, severity=Severity.BLOCKER, evidence=Evidence.ASSUMED,
    title="This isn't a CSV file",
    message="This isn't a CSV file; it is {value}.",
    how_to_fix="Save it as “CSV UTF-8 (comma delimited)” and upload that file.",
    also_said=("the file type is not supported", "could not open or read the file",
               "only CSV files may be uploaded", "this is an Excel workbook (xlsx)",
               "the file is corrupt or binary", "wrong file extension", "unable to parse the CSV",
               "the file must be in CSV format",
               "the file is password protected"),
    bad=b"PK\x03\x04 not text \x00\x01\x02\xff\xfe",
    good=SOUND,
)  # fmt: skip
def unreadable_file(upload: Upload, profile: Profile) -> pl.DataFrame:
    """A workbook, an archive, a picture or bytes in no known encoding cannot be read as rows."""
    return obstacle(upload, *_UNREADABLE)


@rule(
    "RT002", "no-records",
    scope=Scope.FILE, severity=Severity.BLOCKER, evidence=Evidence.ASSUMED,
    title="The file is empty",
    message="Nobody is in the file; it is {value}.",
    how_to_fix="Add one row for each person and class below the header row.",
    others=RuleWords(
        title="The file is empty",
        message="Nothing is in the file; it is {value}.",
        how_to_fix="Add a row for each of the {many} below the header row.",
    ),
    also_said=("the file is empty", "the file contains no data", "no rows to import",
               "nothing to process", "no columns to parse from file",
               "the file has only a header row", "the worksheet is empty"),
    bad=HEADER,
    good=SOUND,
)  # fmt: skip
def no_records(upload: Upload, profile: Profile) -> pl.DataFrame:
    """An empty file, or a header line alone, uploads nobody."""
    return obstacle(upload, Obstacle.EMPTY, Obstacle.HEADER_ALONE)


@rule(
    "RT007", "wrong-delimiter",
    scope=Scope.FILE, severity=Severity.BLOCKER, evidence=Evidence.INFERRED,
    title="The columns are not separated by commas",
    message="The columns are separated by {value}; the portal takes nothing but commas.",
    how_to_fix="Save the file as “CSV UTF-8 (comma delimited)”, with nothing but a comma between "
    "two cells.",
    fixes=(Fix.SAFE,),
    also_said=("wrong delimiter", "the file is semicolon or tab separated",
               "could not detect the delimiter", "the file must be comma separated",
               "separator not recognized", "only one column found"),
    bad=SOUND.replace(b",", b";"),
    good=SOUND,
)  # fmt: skip
def wrong_delimiter(upload: Upload, profile: Profile) -> pl.DataFrame:
    """A spreadsheet set to another region writes semicolons; the portal then finds one column."""
    name = NAMED_DELIMITER.get(upload.delimiter.rstrip(" "), "")
    if upload.delimiter.endswith(" "):
        name = f"{name or 'commas'} and spaces"
    if upload.obstacle is Obstacle.OTHER_FORMAT:
        return hits()  # commas would not make it ours
    return hits([Hit(value=name, safe=True)] if name else [])


@rule(
    "RT020", "other-separator",
    scope=Scope.FILE, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="A row is separated by another sign than the header",
    many="{rows} separated by another sign than the header",
    message="The cells of this row are separated by {value}, those of the header are not.",
    how_to_fix="Put nothing but a comma between two cells of every row. Rows of another file are "
    "best pasted in a spreadsheet, and saved as “CSV UTF-8 (comma delimited)”.",
    fixes=(Fix.SAFE,),
    also_said=("the delimiter changes within the file", "inconsistent delimiters",
               "rows are tab separated but the header is not"),
    bad=SOUND + RECORD.replace(b",", b"\t").replace(b"S1", b"S2"),
    good=SOUND,
)  # fmt: skip
def other_separator(upload: Upload, profile: Profile) -> pl.DataFrame:
    """Rows of two files were pasted under each other, and for the portal each is a single cell.

    They are read as they are meant, and what else is wrong with them is told too.
    """
    index = upload.otherwise_separated
    if index.is_empty():
        return hits()
    index = index.filter(~index.is_in(upload.without_meaning.implode()))
    return hits_on(index, NAMED_DELIMITER.get(upload.other_delimiter, "commas"), safe=True)


@rule(
    "RT008", "ragged-row",
    scope=Scope.FILE, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="A row has more or fewer cells than the header",
    many="{rows} with more or fewer cells than the header",
    message="The row has {value} cells.",
    message_if={
        "^1$": "The row has 1 cell.",
        "^lines ": "The row takes {value}: a quotation mark probably swallowed rows.",
    },
    how_to_fix="Close each quotation mark right behind its value, give the row one cell for each "
    "header, put a value that contains a comma in quotation marks; delete a line that is about "
    "nobody.",
    also_said=("wrong number of columns in row", "too many columns in row", "too few fields",
               "row has an extra comma", "record length does not match the header",
               "extra data after the last column", "missing data for the last column of the row",
               "expected more fields in line", "too few columns", "unescaped comma in the row",
               "record spans several lines", "quoted field was not closed before the line end",
               "multi-line record with the wrong number of fields",
               "column count does not match value count", "trailing comma at the end of every row"),
    bad=SOUND + b",0711,S2,Student\n",
    good=SOUND,
)  # fmt: skip
def ragged_row(upload: Upload, profile: Profile) -> pl.DataFrame:
    """Nobody can tell which cell is missing or too many, so the row's cells cannot be judged.

    Where a quotation mark without its partner made several lines one row, the lines are told.
    """
    if upload.misshapen.is_empty():
        return hits()
    told = upload.misshapen.with_columns(pl.col("index").cast(pl.UInt32)).join(
        lines_taken(upload), on="index", how="left", maintain_order="left"
    )
    cells = told["found"].cast(pl.String)
    return hits_on(told["index"], told.select(pl.coalesce("lines", cells)).to_series())


@rule(
    "RT009", "foreign-encoding",
    scope=Scope.FILE, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="The file is not saved as UTF-8",
    message="The file is not saved as UTF-8; it was read as {value}.",
    how_to_fix="Check names with accents, then save the file as “CSV UTF-8 (comma delimited)”; "
    "where they are wrong, export it again as UTF-8.",
    fixes=(Fix.SAFE, Fix.CONFIRM),
    also_said=("invalid byte sequence in UTF-8", "wrong encoding", "codec can't decode byte",
               "the file is not UTF-8 encoded", "please use UTF-8 encoding", "the file has a BOM",
               "the file must be UTF-8", "invalid UTF-8 characters",
               "unsupported character set"),
    bad=SOUND.replace(b"Ana", b"Andr\xe9"),
    good=SOUND.replace(b"Ana", b"Andr\xc3\xa9"),
)  # fmt: skip
def foreign_encoding(upload: Upload, profile: Profile) -> pl.DataFrame:
    """Accented letters depend on the encoding; a wrong guess scrambles names silently.

    Where names do not fit the encoding that was guessed, it is another one, and the file becomes
    UTF-8 only where somebody says that its names are right: afterwards nothing restores them.
    """
    foreign = not upload.encoding.startswith("utf-8") and upload.obstacle not in _UNREADABLE
    named = _ENCODINGS.get(upload.encoding, upload.encoding)
    if not upload.encoding_fits:
        named += " (doubtful)"
    return hits([Hit(value=named, safe=upload.encoding_fits)] if foreign else [])


@rule(
    "RT010", "unclosed-quote",
    scope=Scope.FILE, severity=Severity.BLOCKER, evidence=Evidence.INFERRED,
    title="A quotation mark is never closed",
    message="A quotation mark opens here and is never closed; everything after it is one cell.",
    how_to_fix="Close the quotation mark, or delete it.",
    also_said=("unclosed quoted field", "unterminated quote",
               "unexpected end of file inside quotes", "missing closing quote",
               "stray or unescaped quote", "illegal quoting", "line break in an unquoted field",
               "unmatched quotation mark in a line",
               "unexpected character where a delimiter is expected",
               "unexpected character, expected a comma or end of line",
               "invalid character between encapsulated token and delimiter"),
    bad=SOUND + b',0711,S2,Student,"Bo,Lee,bo@school.org,3,,,,\n' + RECORD,
    good=SOUND + b',0711,S2,Student,"Bo",Lee,bo@school.org,3,,,,\n',
)  # fmt: skip
def unclosed_quote(upload: Upload, profile: Profile) -> pl.DataFrame:
    """The rest of the file disappears into a single cell."""
    return obstacle(upload, Obstacle.UNCLOSED_QUOTE)


@rule(
    "RT011", "other-format",
    scope=Scope.FILE, severity=Severity.BLOCKER, evidence=Evidence.CONFIRMED,
    title="The file is in another system's format",
    message="This is {value}, not a users.csv for Batch Upload.",
    how_to_fix="It can't be turned into one by corrections: export the roster again from the "
    "student information system, as a users.csv in the template's layout.",
    others=RuleWords(
        title="The file is in another system's format",
        message="This is {value}, not a {file}.",
        how_to_fix="It can't be turned into one by corrections: export it again in the layout of "
        "the template.",
    ),
    also_said=("wrong template", "the file does not match the template", "invalid file layout",
               "this is a file for another import", "format of another system",
               "not the users file"),
    bad=b"sourcedId,status,orgSourcedIds,givenName,familyName,enabledUser\n1,active,2,Ana,Lee,true\n",
    good=SOUND,
)  # fmt: skip
def other_format(upload: Upload, profile: Profile) -> pl.DataFrame:
    """OneRoster has a users.csv of its own, with the same name and another layout.

    So have Clever, Canvas, School Data Sync, Google Workspace and Moodle. What is missing in such a
    file by our names is no question: it is another file.
    """
    return obstacle(upload, Obstacle.OTHER_FORMAT)


@rule(
    "RT013", "sample-row",
    scope=Scope.FILE, severity=Severity.ERROR, evidence=Evidence.ASSUMED,
    title="An example row from the template was left in",
    many="{rows} left in from the template",
    message="This is an example row from the template.",
    how_to_fix="Delete the row.",
    fixes=(Fix.CONFIRM,),
    also_said=("sample row in the file", "delete the example row",
               "template instructions left in the file"),
    bad={"userId": ["T1001"], "userRole": ["Teacher"], "userFirstName": ["Sample"],
         "userLastName": ["Teacher"], "userEmail": ["sample.teacher@school.example"],
         "userGrade": [""]},
    good={"userId": ["T1001"], "userFirstName": ["Ana"]},
)  # fmt: skip
def sample_row(upload: Upload, profile: Profile) -> pl.DataFrame:
    """The people of the template do not exist, and would be created in the portal."""
    keys = _telling(upload, profile)
    if not keys or not set(keys) <= set(upload.cells.columns) or not profile.template_rows:
        return hits()
    examples = list(_example_people(profile, keys))
    candidates = upload.cells.lazy().select(*keys).with_row_index("index")
    wanted = [person[0] for person in examples]
    found = candidates.filter(pl.col(keys[0]).str.contains_any(wanted)).collect()
    if found.is_empty():
        return hits()
    same = pl.any_horizontal(
        pl.all_horizontal(
            clean(pl.col(key)) == text for key, text in zip(keys, person, strict=True)
        )
        for person in examples
    )
    remarks = set(upload.remarks["index"])
    rows = found.filter(same)["index"]
    return hits(Hit(index=index) for index in rows if index not in remarks)


def _telling(upload: Upload, profile: Profile) -> tuple[str, ...]:
    """The columns by which a row is known for one of the template's.

    A person by ID, names and address; another record by all that the template and the file have.
    """
    if set(_OF_A_PERSON) <= set(profile.columns):
        return _OF_A_PERSON
    key = profile.record_key
    told = {name for row in profile.template_rows for name in row}
    return (*key, *(name for name in upload.cells.columns if name in told and name not in key))


def _example_people(profile: Profile, keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for row in profile.template_rows:
        yield tuple(row.get(key, "") for key in keys)


@rule(
    "RT014", "blank-row",
    scope=Scope.FILE, severity=Severity.INFO, evidence=Evidence.ASSUMED,
    title="A row is blank",
    many="{rows} with nothing in them",
    message="The row is blank.",
    how_to_fix="Delete the row; it is ignored.",
    fixes=(Fix.SAFE,),
    also_said=("blank row", "empty line", "row skipped because it is empty",
               "empty lines at the end of the file"),
    bad=HEADER + b"\n" + RECORD,
    good=SOUND,
)  # fmt: skip
def blank_row(upload: Upload, profile: Profile) -> pl.DataFrame:
    """Rows without any content are passed over, but they keep their row numbers."""
    if upload.obstacle is Obstacle.HEADER_ALONE:
        return hits()
    return hits_on(upload.blank, safe=True)


@rule(
    "RT015", "not-a-record",
    scope=Scope.FILE, severity=Severity.ERROR, evidence=Evidence.ASSUMED,
    title="A line is not about a person",
    many="{rows} that are not about a person",
    message="The line is not a person's row but {value}.",
    how_to_fix="Delete the line; where a header follows a record without a line end, put the line "
    "end back first.",
    fixes=(Fix.CONFIRM,),
    others=RuleWords(
        title="A line is not about any of the {many}",
        many="{rows} that are not about any of the {many}",
        message="The line is no row of the file but {value}.",
        how_to_fix="Delete the line; where a header follows a record without a line end, put the "
        "line end back first.",
    ),
    bad=SOUND + b"Total: 1,,,,,,,,,,,\n",
    good=SOUND + b",0711,S2,Student,Total,Lee,total@school.org,3,,,,\n",
)  # fmt: skip
def not_a_record(upload: Upload, profile: Profile) -> pl.DataFrame:
    """A total, a footer, the header again or a line of hints would be read as a person.

    Reports end with them, and files that are put together have a header in the middle. Nothing in
    such a line is an ID, so that it counts in no outcome and no other rule judges it.
    """
    return hits(
        Hit(index=index, value=kind, safe=False)
        for index, kind in upload.remarks.iter_rows()
        if kind != Remark.OTHER_HEADER
    )


@rule(
    "RT017", "second-column-order",
    scope=Scope.FILE, severity=Severity.ERROR, evidence=Evidence.ASSUMED,
    title="A second header row has other columns or another order",
    many="{n} more header rows have other columns or another order",
    message="From row {value} on, a second header row has other columns or another order than the "
    "first.",
    how_to_fix="Give the rows from there on the columns of the first header row in their order, "
    "and then delete the second one; or save these rows as a file of their own.",
    also_said=("several header rows", "two files were put together in one",
               "second header in the middle of the file", "columns change their order in the file"),
    bad=SOUND + b"userId,schoolId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,"
    b"className,classGrade,primary_teacher,action\nS2,0711,Student,Bo,Lee,bo@school.org,3,,,,,\n",
    good=SOUND + b",0711,S2,Student,Bo,Lee,bo@school.org,3,,,,\n",
)  # fmt: skip
def second_column_order(upload: Upload, profile: Profile) -> pl.DataFrame:
    """Two exports in one file, of which the portal reads the second by the header of the first.

    Without the header in the middle its rows would come in with first and last names exchanged, or
    with another column's values. So the header is no line to delete first of all, and the rows
    below it are judged by no other rule and count in no outcome.
    """
    if upload.reordered.is_empty():
        return hits()
    below = upload.reordered.group_by("header", maintain_order=True).agg("index")
    rows = pl.concat(
        [below.select("header", index="header"), below.explode("index").select("header", "index")]
    )
    rows = rows.sort("index")
    return hits_on(rows["index"], (rows["header"] + upload.first_row).cast(pl.String))
