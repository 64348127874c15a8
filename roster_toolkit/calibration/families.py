"""Series of values: how a portal spells its grades, its roles and its yes and no.

No file holds every value that a portal accepts. What was seen is enough to tell the series it
belongs to, and the rest of the series is filled in: 01 and 02 go on to 12, Y has an N beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

#: The grades by the names that the toolkit gives them, in order.
GRADES = ("PK", "K", *map(str, range(1, 13)))
_LAST_GRADE = 12
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
_BEFORE_SCHOOL = {
    "pk": "PK", "prek": "PK", "prekindergarten": "PK", "prekinder": "PK", "preschool": "PK",
    "pk3": "PK", "pre": "PK", "pk4": "PK", "p": "PK", "vk": "PK", "prejardin": "PK",
    "k": "K", "kg": "K", "kindergarten": "K", "kinder": "K", "kn": "K", "kin": "K", "kdg": "K",
    "kind": "K", "jardin": "K",
}  # fmt: skip
_WORDS_OF_GRADE = (
    r"(?i)\b(grade|level|year|klasse|stufe|jahrgang|grado|nivel|année|niveau|classe|gr|g|yr|y|kl)"
    r"\b\.?"
)
_NUMBER = re.compile(r"^(\D*?)(\d{1,2})(\D*)$")
_ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}

#: Pairs of yes and no, as portals write them.
_FLAGS = (
    ("TRUE", "FALSE"), ("true", "false"), ("True", "False"), ("Y", "N"), ("y", "n"),
    ("Yes", "No"), ("YES", "NO"), ("yes", "no"), ("T", "F"), ("t", "f"), ("1", "0"),
    ("J", "N"), ("j", "n"), ("Ja", "Nein"), ("ja", "nein"), ("JA", "NEIN"),
    ("Oui", "Non"), ("oui", "non"), ("OUI", "NON"), ("O", "N"), ("S", "N"), ("Sí", "No"),
    ("sí", "no"), ("Si", "No"), ("si", "no"), ("SI", "NO"), ("Primary", "Secondary"), ("P", "S"),
    ("Primary", "Co"), ("primary", "co"), ("P", "C"), ("Lead", "Co"), ("L", "C"), ("on", "off"),
)  # fmt: skip
_YES = frozenset(yes.lower() for yes, _ in _FLAGS)
_NO = frozenset(no.lower() for _, no in _FLAGS)

#: Words for students, teachers and administrators, in lower case, that belong together.
_ROLES = (
    ("student", "teacher", "administrator"), ("students", "teachers", "administrators"),
    ("student", "teacher", "admin"), ("student", "staff", "admin"), ("s", "t", "a"),
    ("stu", "tch", "adm"), ("st", "te", "ad"), ("stud", "teach", "admin"),
    ("learner", "educator", "administrator"), ("learner", "instructor", "administrator"),
    ("pupil", "teacher", "administrator"), ("pupil", "instructor", "admin"),
    ("schüler", "lehrer", "verwaltung"), ("schueler", "lehrer", "verwaltung"),
    ("schüler", "lehrkraft", "verwaltung"), ("schüler", "lehrer", "administrator"),
    ("estudiante", "maestro", "administrador"), ("alumno", "profesor", "administrador"),
    ("estudiante", "docente", "administrador"), ("élève", "enseignant", "administrateur"),
    ("eleve", "enseignant", "administrateur"), ("élève", "professeur", "administrateur"),
    ("student", "faculty", "administrator"), ("student", "educator", "administrator"),
    ("1", "2", "3"), ("0", "1", "2"), ("10", "20", "30"), ("l", "e", "a"), ("l", "i", "a"),
    ("p", "t", "a"), ("s", "f", "a"),
)  # fmt: skip
ROLE_MEANINGS = ("student", "teacher", "administrator")
_STUDENTS = frozenset(row[0] for row in _ROLES if row[0].isalpha())
_TEACHERS = frozenset(row[1] for row in _ROLES if row[1].isalpha())


@dataclass(frozen=True, slots=True)
class Series:
    """The values that a portal accepts in a column, as far as they can be told."""

    spelled: Mapping[str, tuple[str, ...]]
    """Meaning (a grade, `yes`, `student`, …) → its spellings, those that were seen first."""
    inferred: frozenset[str]
    """Values that nobody has seen: they complete the series."""
    complete: bool
    """Whether every meaning has a spelling."""

    @property
    def values(self) -> tuple[str, ...]:
        """All spellings, in the order of the meanings."""
        return tuple(dict.fromkeys(v for values in self.spelled.values() for v in values))


def grade_of(value: str) -> str | None:
    """The grade that a value means, or None: `Grade 3`, `03` and `3rd` are 3."""
    word = re.sub(_WORDS_OF_GRADE, " ", value.strip().lower())
    word = re.sub(r"[\s_.-]+", "", word)
    for spelling in (word, word[1:] if word[:1] in ("g", "y") else word):
        if spelling in _BEFORE_SCHOOL:
            return _BEFORE_SCHOOL[spelling]
    if word in _ORDINALS:
        return str(_ORDINALS.index(word) + 1)
    if found := re.fullmatch(r"[a-z]?0*(\d{1,2})(st|nd|rd|th|º|e|er|ème|te)?", word):
        number = int(found[1])
        return "K" if number == 0 else str(number) if number <= _LAST_GRADE else None
    return None


def are_grades(values: Collection[str]) -> bool:
    """Whether nearly all values are grades, and no mere flags."""
    grades = {value: grade_of(value) for value in values}
    known = [grade for grade in grades.values() if grade]
    several = len(set(known)) > 2 or any(len(v) > 1 for v, g in grades.items() if g)  # noqa: PLR2004
    return bool(known) and len(known) >= 0.9 * len(grades) and several


def grade_series(seen: Iterable[str], stated: Iterable[str] = ()) -> Series:
    """The grades of a portal, from values that it took and values that its dictionary lists.

    Numbers are written alike; what stands for kindergarten and before it follows no rule, so that
    where none was seen, each usual spelling is accepted.
    """
    spelled: dict[str, dict[str, None]] = {grade: {} for grade in GRADES}
    known = dict.fromkeys((*seen, *stated))
    for value in known:
        if grade := grade_of(value):
            spelled[grade][value] = None
    inferred: set[str] = set()
    if not tuple(stated) or not all(spelled[str(n)] for n in range(1, 13)):
        writers = _number_writers(v for g, vs in spelled.items() if g.isdigit() for v in vs)
        for grade in [grade for grade, values in spelled.items() if not values]:
            usual = _usual(grade, writers)
            spelled[grade] = dict.fromkeys(usual)
            inferred |= set(usual)
    found = {grade: tuple(values) for grade, values in spelled.items() if values}
    return Series(found, frozenset(inferred), complete=len(found) == len(GRADES))


_Writer = tuple[str, str, int]
#: Stands for the number in words: first, second.
_IN_WORDS = "words"


def _number_writers(values: Iterable[str]) -> list[_Writer]:
    """How numbers are written: what stands before and after, and the digits at least."""
    found: Counter[tuple[str, str]] = Counter()
    widths: dict[tuple[str, str], set[int]] = {}
    for value in values:
        if value.lower() in _ORDINALS:
            found[_IN_WORDS, value[:1] + value[-1:]] += 1
        elif match := _NUMBER.match(value):
            before, digits, after = match.groups()
            ordinal = after.lower() in ("st", "nd", "rd", "th")
            form = (before, "#" if ordinal else after)
            found[form] += 1
            if digits.startswith("0") or int(digits) < 10:  # noqa: PLR2004
                widths.setdefault(form, set()).add(len(digits))
    return [
        (before, after, max(widths.get((before, after), {1})))
        for (before, after), _ in found.most_common(1)
    ]


def _usual(grade: str, writers: Sequence[_Writer]) -> tuple[str, ...]:
    """The usual spellings of a grade among numbers that are written so."""
    if not writers:
        return ()
    before, after, width = writers[0]
    if grade.isdigit():
        if before == _IN_WORDS:
            word = _ORDINALS[int(grade) - 1]
            return (
                word.upper()
                if after.isupper()
                else word.capitalize()
                if after[:1].isupper()
                else word,
            )
        if after == "#":
            return (f"{before}{grade}{_ENDINGS.get(int(grade), 'th')}",)
        return (f"{before}{grade.zfill(width)}{after}",)
    usual = {"PK": ["PK", "Pre-K", "PreK"], "K": ["K", "KG", "Kindergarten"]}[grade]
    if grade == "K":
        usual.append("0".zfill(width))
    bare = "" if before == _IN_WORDS else before.strip()
    return tuple(
        dict.fromkeys((*usual, *(f"{before}{u}{after}" for u in usual if bare and after != "#")))
    )


def flag_series(seen: Iterable[str], stated: Iterable[str] = ()) -> Series:
    """A portal's yes and no, from one of them."""
    known = tuple(dict.fromkeys((*seen, *stated)))
    spelled: dict[str, dict[str, None]] = {"yes": {}, "no": {}}
    inferred: set[str] = set()
    for value in known:
        meaning = "yes" if value.lower() in _YES else "no" if value.lower() in _NO else None
        if meaning:
            spelled[meaning][value] = None
    if not tuple(stated):
        pairs = [pair for pair in _FLAGS if set(pair) & set(known)]
        for side, other in (("yes", 1), ("no", 0)):
            missing = "no" if side == "yes" else "yes"
            if spelled[side] and not spelled[missing]:
                partners = {p[other] for p in pairs if p[1 - other] in spelled[side]}
                spelled[missing] |= dict.fromkeys(sorted(partners))
                inferred |= partners
    found = {meaning: tuple(values) for meaning, values in spelled.items()}
    return Series(found, frozenset(inferred), complete=all(found.values()))


def is_flag(values: Collection[str]) -> bool:
    """Whether all values are words for yes and no."""
    return bool(values) and all(value.lower() in _YES | _NO for value in values)


def role_series(seen: Mapping[str, str | None], stated: Mapping[str, str | None] = {}) -> Series:
    """A portal's roles, from values and what each probably means (`student`, `staff`, None).

    Words that are used together tell the one that was not seen, in the same capitals.
    """
    known = {**stated, **seen}
    spelled: dict[str, dict[str, None]] = {meaning: {} for meaning in ROLE_MEANINGS}
    for value, meaning in known.items():
        spelled[_role_meaning(value, meaning)][value] = None
    inferred: set[str] = set()
    if not stated:
        lower = {value.lower() for value in known}
        for row in _ROLES:
            if len(lower & set(row)) < min(2, len(lower)) or not lower <= set(row):
                continue
            for meaning, word in zip(ROLE_MEANINGS, row, strict=True):
                if not spelled[meaning] and word not in lower:
                    completed = _in_capitals_of(word, tuple(known))
                    spelled[meaning][completed] = None
                    inferred.add(completed)
            break
    found = {meaning: tuple(values) for meaning, values in spelled.items() if values}
    return Series(found, frozenset(inferred), complete=len(found) == len(ROLE_MEANINGS))


def _role_meaning(value: str, behaves: str | None) -> str:
    word = value.lower()
    if word in _STUDENTS and behaves != "staff":
        return "student"
    if behaves == "student":
        return "student"
    administrators = {row[2] for row in _ROLES if len(row[2]) > 1 or row[2] == "a"}
    if word in _TEACHERS:
        return "teacher"
    if word in administrators or re.match(r"adm|princip|verwalt|direct|leit", word):
        return "administrator"
    return "teacher"


def role_by_word(value: str) -> str | None:
    """`student`, `staff` or None, by the word alone."""
    word = value.lower()
    if word in _STUDENTS or re.match(r"stud|pupil|learn|sch[üu]e?l|estud|alumn|[ée]l[èe]v", word):
        return "student"
    if word in _TEACHERS or re.match(
        r"teach|tch|staff|instr|educ|facul|adm|princ|lehr|verwalt|maest|prof|docen|enseig|aide|couns",
        word,
    ):
        return "staff"
    return None


def _in_capitals_of(word: str, seen: Sequence[str]) -> str:
    if all(value.isupper() for value in seen):
        return word.upper()
    if all(value[:1].isupper() for value in seen):
        return word.capitalize()
    return word
