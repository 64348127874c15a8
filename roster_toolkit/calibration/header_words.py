"""What the words of a header mean, in the languages that portals are written in.

A header says little: `role`, `perscat` and `Rolle` are one column. Its words are looked up here;
what its cells hold is asked in `naming`, and decides where the words do not.
"""

from __future__ import annotations

import re

#: Idea → words for it in headers, in lower case and without accents.
_IDEAS = {
    "person": (
        "user student staff person people member pupil learner teacher employee benutzer "
        "schuler usuario alumno estudiante utilisateur eleve personne pers usr stu"
    ),
    "class": (
        "class section course group klasse kurs lerngruppe clase curso seccion grupo "
        "classe cours groupe cls crs sec sect offering unterricht kursname lehrgang"
    ),
    "school": ("school site org organization building campus schule escuela ecole"),
    "role": (
        "role type rolle typ rol tipo category cat kind position job function fonction "
        "funktion kategorie personentyp usertype persontype perscat profil relationship"
    ),
    "first": (
        "fn first given fore forename vorname rufname nombre prenom fname firstname "
        "givenname nombres"
    ),
    "last": (
        "ln last family sur surname nachname familienname apellido apellidos nom lname "
        "lastname familyname zuname"
    ),
    "name": ("name title ttl nm bezeichnung titel titulo titre nombre nom nm desc description"),
    "email": (
        "email mail correo courriel emailaddress mailadresse emailadresse adresse login "
        "electronico address"
    ),
    "grade": (
        "lvl grade level stufe klassenstufe jahrgang jahrgangsstufe grado nivel niveau "
        "year gradelevel yearlevel yr grd gr"
    ),
    "display": (
        "display alt etiqueta kurzname label short alias shown anzeige anzeigename "
        "visible mostrar affichage friendly nick"
    ),
    "subject": (
        "subject fach kursfach materia kursstoff stoff asignatura matiere area content "
        "discipline subj unterrichtsfach"
    ),
    "primary": ("primary lead main haupt principal flag"),
    "other": (
        "next previous prior former entry exit middle maiden preferred suffix prefix "
        "phone parent guardian birth dob date zip street gender sex race language zweit "
        "segundo deuxieme password status room period term year start end homeroom"
    ),
}
_IDEA_OF = {word: idea for idea, words in reversed(_IDEAS.items()) for word in words.split()}
#: Words that say two things at once.
_BOTH = {"nombre": {"first", "name"}, "nom": {"last", "name"}, "year": set(),
         "klassenname": {"class", "name"}, "kursname": {"class", "name"},
         "klassenstufe": {"grade", "class"}, "fullname": {"other"}}  # fmt: skip
_ACCENTS = str.maketrans("áàâäãéèêëíìîïóòôöõúùûüñç", "aaaaaeeeeiiiiooooouuuunc")

#: Column → ideas of its header: those that must be there, those that speak for it, those against.
_MEANT: dict[str, tuple[set[str], set[str], set[str]]] = {
    "userRole": ({"role"}, {"person"}, {"class", "other"}),
    "userFirstName": ({"first"}, {"person", "name"}, {"class", "other", "last"}),
    "userLastName": ({"last"}, {"person", "name"}, {"class", "other", "first"}),
    "userEmail": ({"email"}, {"person"}, {"class", "other"}),
    "userGrade": ({"grade"}, {"person"}, {"class", "other"}),
    "className": ({"class"}, {"name"}, {"grade", "display", "subject", "other", "email"}),
    "classDisplayName": ({"display"}, {"class", "name"}, {"person", "other", "grade"}),
    "classGrade": ({"grade", "class"}, set(), {"person", "other"}),
    "classSubject": ({"subject"}, {"class"}, {"person", "other"}),
    "primary_teacher": ({"primary"}, {"person"}, {"other", "email"}),
}


def ideas_of(header: str) -> frozenset[str]:
    """The ideas that the words of a header stand for."""
    text = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", header).lower().translate(_ACCENTS)
    words = re.findall(r"[a-z]+", text)
    ideas: set[str] = set()
    for word in (*words, "".join(words)):
        ideas |= _BOTH.get(word, {_IDEA_OF[word]} if word in _IDEA_OF else set())
    return frozenset(ideas)


def by_words(header: str, key: str) -> float:
    """How much the words of a header speak for a column, from -1 (against) to 2."""
    if key not in _MEANT:
        return 0.0
    must, likely, against = _MEANT[key]
    ideas = ideas_of(header)
    if ideas & against - must:
        return -1.0
    if must <= ideas:
        return 1.5 + 0.5 * bool(ideas & likely)
    return 0.0
