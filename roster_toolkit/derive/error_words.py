"""The words in which portals, tools and people speak of faults, whatever the fault.

They say nothing about a column or a rule: columns go by the names that the profile gives them, and
how others speak of a rule stands in its decorator (`also_said`).
"""

from __future__ import annotations

#: What a message says in several words, as an expression, and the idea that is meant. The first
#: that holds takes the words; ideas of one word are in `IDEAS`.
PHRASES = (
    # What is in the file, and how it is laid out.
    (r"(columns?|fields?|cells?) counts?|field lengths?", "ragged"),
    ((r"((unknown|unrecogni[sz]ed|unexpected|unsupported|unmapped) (columns?|fields?|headers?)|"
     r"(extra|additional) headers?)( names?)?(?! (values?|types?|formats?|counts?|lengths?))|"
     r"(columns?|headers?|fields?)( names?)? +((?!value)\w+ +)?((is|are|was|were) )?not "
     r"(recogni[sz]ed|known|supported|expected|mapped)"), "stranger"),
    (r"inactive|(not|no longer) active|deactivated|disabled|suspended", "inactive"),
    (r"file ?names?|name of the file", "filename"),
    (r"(maximum )?file[ -]size|file is too (large|big)|[mk]ega ?bytes?", "filesize"),
    (r"primary keys?|unique (key|identifier)s?", "id"),
    (r"booleans?( (values?|fields?))?|true (or|/) ?false|yes (or|/) ?no", "accepted"),
    (r"byte[ -]order[ -]marks?|bom", "bom"),
    ((r"utf-?(8|16)|windows-?125\d|char(acter)?[ -]?sets?|"
     r"byte sequence"), "encoding"),
    ((r"(column|field|header) (name|title|heading|label)s?|header (row|line)s?|"
     r"(name|title)s? of (a|the) columns?"), "header"),
    (r"(wrong|incorrect) columns?|line up|under the wrong header", "shifted"),
    ((r"(too (many|few)|extra|number of|\d+|more|fewer|last|data) "
     r"((expected|trailing) )?(columns?|fields?|cells?|commas?)|(record|columns?|row) length|"
     r"fields in line"), "ragged"),
    (r"(in|for|of|at) (the )?(columns?|fields?)", ""),
    (r"line breaks?|new ?lines?", "newline"),
    (r"order of (the )?columns|columns? order|wrong order|out of order", "order"),
    (r"case[ -]sensitive|(upper|lower|wrong|letter)[ -]?case", "capitals"),
    (r"white[ -]space", "space"),
    (r"(leading|padded|padding|missing) zero(e?s)?|zero[ -]padded|zero(e?s)? in front", "zeros"),
    (r"social security( numbers?)?|\bssns?\b|nine[ -]digits?|9[ -]digits?", "ssn"),
    (r"scientific( notation)?|exponential", "exponent"),
    (r"equals? signs?", "formula"),
    (r"question marks?", "garbled"),
    (r"excel workbook|file (type|extension)s?|workbooks?", "unreadable"),
    (r"file format", "layout"),
    (r"user interface|by hand|manual(ly)? edit(s|ed)?", "edited"),
    (r"third[ -]party", "source"),
    (r"n/a|#n/a", "placeholder"),
    # What is said of it.
    (r"no (data|records?|rows?|content|entries)|nothing to \w+", "norecords"),
    ((r"((can|could) not|unable to|failed to) (be )?(read|open(ed)?|parsed?|process(ed)?)"
     r"( or (read|open(ed)?))?|not (readable|parsable)"), "unreadable"),
    (r"(can not|unable to|failed to) (be )?(decoded?)", "encoding"),
    ((r"(must|should|has to|have to) be (left )?(blank|empty)|leave (it )?(blank|empty)|"
     r"(must|may|should|can) not (have|include|contain)|(is|are) only for|for \w+ only"),
     "forbidden"),
    ((r"((can|may|must|should) not|(does|do) not allow) (be )?"
     r"(blank|empty|null|missing|left blank)|not[ -]null|left (out|blank)|not (provided|specified|"
     r"filled( in)?|given|present|included)|(please )?(provide|enter|supply) an?|must "
     r"(have|include|contain) an?|"
     r"must be (provided|specified|filled( in)?|given|present)"), "missing"),
    ((r"(does|do|did|could|can) not match any( existing)?|(could|can) not (be )?f(ound|ind)|"
     r"not (be )?found|(does|do|did) not (yet )?exist|no such|no match(es)?( for)?|"
     r"not in the (system|database|roster|district)|not (known|recogni[sz]ed|associated)( with)?"),
     "unknown"),
    (r"(does|do|did) not (match|agree)|not the same", "different"),
    ((r"already (been )?(created|updated|processed|imported|added|enrolled|listed|in the file)"
     r"( or (created|updated|added))?|(more than|only|at most|just) once|not unique|"
     r"must be unique|unique constraint|(second|third) time|(listed|given|appears?|stands?|"
     r"occurs?|found) (twice|several times|multiple times)"), "duplicate"),
    ((r"((is|are) )?already (in use|exists?|taken|used|registered|assigned|has|belongs?|claimed|"
     r"associated|linked|known)( (to|by|with))?|(is|in|been) (use|taken)( by)?|(belongs|assigned|"
     r"used|owned|linked|attached)( to| by)? (another|other|somebody else|someone else)"), "taken"),
    (r"more than (one|1)|two or more", "several"),
    ((r"(must|should|has to|needs? to) be (one of|either|in)|one of( the)?|not (in|on|from) "
     r"(the|a) list( of)?|(allowed|accepted|permitted|supported|expected|valid) (values?|options?)|"
     r"not available|no option"), "accepted"),
    (r"(may|must|should|can) (only )?(contain|include|have|be) only|(may|must|can) only contain",
     "characters"),
    (r"(is|are|was|were) not (an? )?valid|not (an? )?valid", "invalid"),
    (r"never closed|not closed|end of (file|input)( reached)?|\beof\b|opening quote|closing quote",
     "unclosed"),
    (r"must be deleted|(must|should) be removed", "left"),
)  # fmt: skip
_GROUPS = """
    missing blank empty required mandatory absent null incomplete omitted lacking
    nothing no none without nobody
    invalid incorrect wrong bad malformed illegal improper valid format
    accepted allowed permitted enum code
    unknown unrecognized unexpected nonexistent undefined
    duplicate duplicated dup dupe repeated repeat twice double redundant
    taken shared
    several multiple many two both
    same identical equal
    different conflicting contradict mismatch inconsistent disagree differ conflict vary
    extra additional surplus superfluous belong
    misspelled misspelling typo spelling
    header heading
    capitals capitalized capitalization uppercase lowercase casing
    delimiter separated separator delimited comma semicolon tab pipe
    encoding encoded codec unicode charset ansi latin decode byte
    garbled accent accented mojibake strange weird scrambled gibberish diacritic special
    characters letter symbol alphanumeric digit
    remove delete deletion withdraw archive unenroll drop
    limit oversized large exceed maximum capacity over size threshold
    space trailing leading padding invisible trim unprintable
    unreadable corrupt damaged binary open workbook xlsx xls zip pdf parse unsupported extension
    ragged
    quote quotation quoted quoting
    unclosed unterminated unbalanced unmatched stray unescaped
    placeholder dummy test
    sample example instruction
    template layout
    formula equation injection
    exponent date
    spreadsheet excel
    shifted misaligned misplaced offset moved
    enrollment enrolled enroll rostered membership member
    other another else somebody someone
    change changed update updated
    source sync managed clever classlink
    person user people account individual
    student pupil learner
    staff teacher instructor faculty employee educator
    class section course
    school organization org building campus
    overwritten lost override
    edited edit
    row record line entry
    file upload import csv
    list
    number identifier id
"""
#: Of whom or what a text speaks, without a word of what is the matter.
SUBJECTS = frozenset(("person", "student", "staff", "class", "school", "row", "file", "list"))
#: Ideas of what no rule is about.
OTHER_MATTERS = frozenset(("filename", "filesize", "inactive"))
#: The words for an idea, a tuple each; the first word of each is its name.
IDEAS = tuple(tuple(line.split()) for line in _GROUPS.strip().splitlines())
#: Ideas that come near each other, and how near.
NEAR = {
    ("duplicate", "taken"): 0.7,
    ("duplicate", "several"): 0.6,
    ("duplicate", "same"): 0.7,
    ("several", "same"): 0.4,
    ("taken", "same"): 0.5,
    ("taken", "other"): 0.5,
    ("taken", "several"): 0.4,
    ("person", "student"): 0.6,
    ("person", "staff"): 0.6,
    ("header", "column"): 0.6,
    ("header", "ragged"): 0.2,
    ("invalid", "accepted"): 0.5,
    ("invalid", "unknown"): 0.5,
    ("invalid", "misspelled"): 0.5,
    ("unknown", "accepted"): 0.5,
    ("unknown", "extra"): 0.6,
    ("unknown", "missing"): 0.4,
    ("nothing", "missing"): 0.8,
    ("nothing", "unknown"): 0.3,
    ("norecords", "missing"): 0.5,
    ("spreadsheet", "file"): 0.5,
    ("different", "invalid"): 0.3,
    ("bom", "encoding"): 0.6,
    ("garbled", "encoding"): 0.4,
    ("garbled", "characters"): 0.4,
    ("unclosed", "quote"): 0.5,
    ("limit", "several"): 0.3,
    ("sample", "template"): 0.4,
    ("other", "different"): 0.4,
}
_FILLERS = """
    a an and any appear are as at be been but by can cannot could do does did each error errors
    failed field fields for from given had has have however if in invalidated is it its line may
    message more must need not of on or our please than that the their them there these they this
    to up use value values was we were when which will with you your found find contain contains
    constraint violates violated used due external
    cell cells data one been being should attempting try again warning issue problem
"""
#: Words that tell one fault from another in no message.
IDLE = frozenset(_FILLERS.split())
#: How a message begins that then says what is the matter: "Failed to import the file: …".
PREFACE = (
    r"(?i)^[^:]{0,60}\b((failed|unable|could not|cannot) to "
    r"(process|import|upload|load|save|create|sync|validate)|\w*(error|exception|warning|failed))"
    r"\b[^:]{0,60}:\s+(?=\S)"
)
#: What follows these words in a sentence are values.
VALUES = (
    r"(?i)\b(one of|either|(valid|allowed|accepted|permitted|expected) (values|options))\b[^.;]*"
)
#: Words after which the values that a text lists are those that are accepted.
DEMAND = r"(?i)\b(must|should|has to|have to|needs? to|can only|may only|expect(s|ed)?|use)\b"
#: When a line of a log was written.
TIME = r"^\W*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ,]+\d{1,2}:\d{2}[\d:.,]*( ?[AP]M)?Z?)?\W*"
