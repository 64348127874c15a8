"""The words that imagined portals are made of: names, spellings, texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OURS = (
    "action",
    "schoolId",
    "userId",
    "userDistrictId",
    "userStateId",
    "userRole",
    "userFirstName",
    "userLastName",
    "userEmail",
    "userGrade",
    "classId",
    "className",
    "classDisplayName",
    "classGrade",
    "classSubject",
    "primary_teacher",
)

# Names that are assumed or inferred; all others are confirmed, and no portal calls them otherwise.
PLAIN_NAMES: Mapping[str, tuple[str, ...]] = {
    "userRole": ("role", "userType", "user_role", "roleName", "Role", "personRole"),
    "userFirstName": ("firstName", "givenName", "first_name", "userGivenName", "First Name"),
    "userLastName": ("lastName", "familyName", "last_name", "userFamilyName", "surname"),
    "userEmail": ("email", "emailAddress", "user_email", "userEmailAddress", "Email"),
    "userGrade": ("grade", "gradeLevel", "userGradeLevel", "studentGrade", "user_grade"),
    "className": ("class_name", "classTitle", "sectionName", "courseName", "Class Name"),
    "classDisplayName": ("displayName", "class_display_name", "classNickname", "classDisplay"),
    "classGrade": ("class_grade", "classGradeLevel", "sectionGrade", "courseGrade"),
    "classSubject": ("subject", "class_subject", "subjectArea", "courseSubject"),
}

# Names that resemble none of ours: another language, a short form, the jargon of some database.
STRANGE_NAMES: Mapping[str, tuple[str, ...]] = {
    "userRole": ("Typ", "perscat", "Funktion", "cargo", "pc_cd", "kind"),
    "userFirstName": ("Vorname", "prenom", "nombre", "fn", "nm1", "calledAs"),
    "userLastName": ("Nachname", "apellido", "ln", "nm2", "Zuname", "nom"),
    "userEmail": ("Kontakt", "correo", "signin", "addr1", "loginName", "contact"),
    "userGrade": ("Stufe", "nivel", "lvl", "yr", "cohort", "band"),
    "className": ("Kurs", "bezeichnung", "grupo", "sect_ttl", "roomLabel", "offering"),
    "classDisplayName": ("Anzeige", "alt_ttl", "shownAs", "etiqueta", "kurzform"),
    "classGrade": ("Kursstufe", "sect_lvl", "nivelGrupo", "forYear", "target"),
    "classSubject": ("Fach", "materia", "area", "dept", "disc_cd"),
}

# Of a student, a teacher, an administrator.
PLAIN_ROLES = (
    ("STUDENT", "TEACHER", "ADMINISTRATOR"),
    ("student", "teacher", "administrator"),
    ("S", "T", "A"),
    ("Student", "Staff", "Admin"),
    ("STU", "TCH", "ADM"),
    ("Pupil", "Teacher", "Principal"),
    ("Learner", "Educator", "Administrator"),
    ("student", "staff", "admin"),
)
STRANGE_ROLES = (
    ("1", "2", "3"),
    ("Schüler", "Lehrkraft", "Leitung"),
    ("alumno", "docente", "directivo"),
    ("P10", "P20", "P30"),
    ("LRN", "INS", "LDR"),
    ("30", "10", "20"),
)
ROLES_OF_NONE = ("Parent", "Sub", "Visitor", "Guardian", "Learner?", "unknown role", "Volunteer")


def _grades(first: str, second: str, number: str) -> tuple[str, ...]:
    return (first, second, *(number.format(n) for n in range(1, 13)))


ASSUMED_GRADES = _grades("PK", "K", "{}")
_ORDINALS = ("1st", "2nd", "3rd", *(f"{n}th" for n in range(4, 13)))
_WORDS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth")

# Fourteen each, from before kindergarten to twelfth.
PLAIN_GRADES = (
    _grades("PK", "KG", "{:02}"),
    _grades("PK", "K", "{:02}"),
    _grades("PK", "0K", "{:02}"),
    _grades("Pre-K", "Kindergarten", "Grade {}"),
    _grades("PreK", "K", "{}"),
    _grades("PreK", "Kinder", "Grade {}"),
    _grades("PK", "KG", "{}"),
    ("PK", "K", *_ORDINALS),
)
SERIES_GRADES = (
    _grades("GPK", "GK", "G{}"),
    _grades("Grade PK", "Grade K", "Grade {:02}"),
    _grades("VK", "KG", "Stufe {}"),
    _grades("Y-PK", "Y-K", "Y-{}"),
)
NAMED_GRADES = (
    ("PRE", "KIN", *_WORDS, "Tenth", "Eleventh", "Twelfth"),
    ("-1", "0", *(str(n) for n in range(1, 13))),
)
GRADES_OF_NONE = ("13", "99", "Grade 40", "XX", "Sr", "Alumni", "3/4", "Ungraded")

ASSUMED_FLAG = ("TRUE", "FALSE")
PLAIN_FLAGS = (("Y", "N"), ("yes", "no"), ("1", "0"), ("true", "false"), ("Yes", "No"))
STRANGE_FLAGS = (("Lead", "Assist"), ("P", "C"), ("H", "V"))
FLAGS_OF_NONE = ("maybe", "both", "2", "sometimes", "co", "??")

# Columns of theirs, and what stands in them.
PLAIN_EXTRAS = (
    ("userMiddleName", "given"),
    ("enrollmentDate", "date"),
    ("term", "term"),
    ("classPeriod", "period"),
    ("notes", "blank"),
    ("userPhone", "phone"),
)
STRANGE_EXTRAS = (
    ("guardianEmail", "address"),
    ("nextGrade", "grade"),
    ("homeroom", "room"),
    ("batchRef", "number"),
    ("ZZ_1", "blank"),
    ("Gültig ab", "date"),
)

_GIVEN_NAMES = (
    "Ada Alma Amir Ana Anders Anya Arlo Bela Boris Carla Cem Chloe Dana David Dina Eddy Elena Emil "
    "Esra Fay Felix Finn Greta Hana Hugo Ida Igor Iris Ivan Jada Jonas José Juan Kira Lars Lena "
    "Leon Lina Luis Mara Marta Mila Milo Nadia Noah Nora Olga Omar Oskar Paula Pia Rafael René "
    "Rosa Ruth Sami Sara Sofía Tara Theo Uma Vera Viktor Wanda Yara Zoë"
)
GIVEN = tuple(_GIVEN_NAMES.split())
_FAMILY_NAMES = (
    "Abbott Adler Ahmed Alvarez Baker Banks Becker Berg Bishop Brandt Castro Cohen Cruz Dahl Diaz "
    "Dixon Ellis Farmer Fisher Fuchs García Gibson Gomez Grant Haas Hansen Hayes Ibarra Jensen "
    "Jordan Kaplan Keller Khan Kowalski Lang Larsen Lopez Lund Marsh Mendoza Meyer Miller Moreno "
    "Moss Müller Nguyen Novak Olsen Ortiz Park Patel Peña Porter Quinn Ramos Reed Rivera Rossi "
    "Roth Santos Schulz Silva Stone Torres Vargas Vogel Walker Weber Wolff Yilmaz Young"
)
FAMILY = tuple(_FAMILY_NAMES.split())
SUBJECTS = ("Reading", "Science", "Writing", "Mathematics", "History", "Art", "Music", "Health")
DISTRICTS = ("oakridge", "elmwood", "lakeview", "riverbend", "pinehill", "westfield", "eastbrook")


@dataclass(frozen=True)
class Pools:
    """What the names and values of portals are drawn from."""

    names: Mapping[str, tuple[str, ...]]
    strange_names: Mapping[str, tuple[str, ...]]
    roles: tuple[tuple[str, str, str], ...]
    strange_roles: tuple[tuple[str, str, str], ...]
    grades: tuple[tuple[str, ...], ...]
    series_grades: tuple[tuple[str, ...], ...]
    named_grades: tuple[tuple[str, ...], ...]
    flags: tuple[tuple[str, str], ...]
    strange_flags: tuple[tuple[str, str], ...]


KNOWN = Pools(
    PLAIN_NAMES,
    STRANGE_NAMES,
    PLAIN_ROLES,
    STRANGE_ROLES,
    PLAIN_GRADES,
    SERIES_GRADES,
    NAMED_GRADES,
    PLAIN_FLAGS,
    STRANGE_FLAGS,
)

# Held out: never looked at while learning is written, tried when it is done.
HELD_OUT = Pools(
    names={
        "userRole": ("USER_ROLE", "accountType", "User Type", "memberRole"),
        "userFirstName": ("FirstName", "user_first_name", "First", "personGivenName"),
        "userLastName": ("LastName", "user_last_name", "Last", "personFamilyName"),
        "userEmail": ("EMAIL", "Email Address", "userMail", "primaryEmail"),
        "userGrade": ("Grade", "grade_level", "Student Grade", "userGradeCode"),
        "className": ("ClassName", "class_title", "Section Name", "classLabel"),
        "classDisplayName": ("ClassDisplayName", "class_nickname", "Display Name"),
        "classGrade": ("ClassGrade", "class_grade_level", "Section Grade"),
        "classSubject": ("ClassSubject", "Subject", "subject_name"),
    },
    strange_names={
        "userRole": ("ruolo", "status_cd", "qui", "Gruppe"),
        "userFirstName": ("nome", "Rufname", "n_a", "txt03"),
        "userLastName": ("cognome", "Familie", "n_b", "txt04"),
        "userEmail": ("posta", "Adresse", "uid_ext", "txt05"),
        "userGrade": ("anno", "Jahrgang", "g_cd", "txt06"),
        "className": ("corso", "Gruppenname", "c_tx", "txt07"),
        "classDisplayName": ("titolo", "Kurzname", "c_tx2", "txt08"),
        "classGrade": ("annoCorso", "Gruppenjahr", "c_gd", "txt09"),
        "classSubject": ("disciplina", "Gebiet", "c_sj", "txt10"),
    },
    roles=(
        ("Student", "Educator", "Administrator"),
        ("LEARNER", "STAFF", "ADMIN"),
        ("st", "te", "ad"),
        ("Stud", "Teach", "Admin"),
    ),
    strange_roles=(("A1", "B1", "B2"), ("studente", "insegnante", "dirigente"), ("0", "5", "9")),
    grades=(
        _grades("Pre-K", "K", "{:02}"),
        _grades("PK", "KDG", "{:02}"),
        _grades("PREK", "KIND", "{}"),
        _grades("Grade PK", "Grade K", "Grade {}"),
    ),
    series_grades=(_grades("L-PK", "L-K", "L{:02}"), _grades("VS", "KI", "Klasse {}")),
    named_grades=(_grades("14", "15", "{}"), _grades("PK", "00", "{:02}")),
    flags=(("T", "F"), ("YES", "NO"), ("True", "False"), ("y", "n")),
    strange_flags=(("main", "aide"), ("A", "B")),
)
