"""The words that a synthetic district is made of: people, schools, subjects.

Nobody here is real. Names are chosen for what trips software up: accents, apostrophes, hyphens,
particles, double surnames, Vietnamese tone marks, one-letter differences. None of them is a
placeholder, a formula or garbled text, so that a clean district is clean.
"""

from __future__ import annotations

import random
import unicodedata

FIRST_NAMES = (
    "Amara", "Aisha", "Alejandra", "André", "Anh", "Anaïs", "Anika", "Antonio", "Aoife", "Ben",
    "Bilal", "Björn", "Brianna", "Caleb", "Camila", "Carlos", "Chloé", "Daniel", "Deja", "Diego",
    "Elena", "Elijah", "Emeka", "Emily", "Esther", "Fatima", "Felix", "François", "Gabriel",
    "Grace", "Hana", "Hassan", "Hiroshi", "Hương", "Ines", "Isabella", "Jack", "Jamal", "Jasmine",
    "Jean-Luc", "Jesús", "Jia", "John Paul", "José", "Josephine", "Kai", "Keisha", "Kenji",
    "Khadija", "Kiara", "Lakshmi", "Lan", "Leo", "Liam", "Lucía", "Luz", "Malik", "Marcus",
    "Mary Ann", "Maryam", "Mateo", "Mei", "Mia", "Michael", "Miguel", "Minh", "Nadia", "Nia",
    "Noah", "Nora", "Olivia", "Omar", "Oscar", "Priya", "Quinn", "Rafael", "Renée", "Rosa", "Ruth",
    "Ryan", "Sadie", "Samir", "Santiago", "Sarah", "Sean", "Sofía", "Søren", "Tanvi", "Tariq",
    "Thảo", "Theo", "Tomás", "Trinity", "Tuấn", "Uma", "Valentina", "Victor", "Wei", "William",
    "Ximena", "Yara", "Yusuf", "Zoë", "Zuri",
)  # fmt: skip

LAST_NAMES = (
    "Abdi", "Adeyemi", "Ahmed", "Alvarez", "Anderson", "Bakshi", "Bell", "Benítez", "Brown",
    "Bùi", "Campbell", "Castillo", "Chen", "Clark", "Cruz", "D'Angelo", "Davis", "de la Cruz",
    "Delgado", "Diaz", "Đặng", "Evans", "Fernández", "Flores", "Foster", "García",
    "García Márquez", "Goldberg", "Gómez", "Gonzalez", "Green", "Gupta", "Hall", "Hassan", "Hill",
    "Hoàng", "Howard", "Ibrahim", "Jackson", "Johnson", "Jones", "Joseph", "Kaplan", "Kelly",
    "Khan", "Kim", "King", "Kowalski", "Kumar", "Lê", "Lee", "Lewis", "Lopez", "Lý", "MacDonald",
    "Martínez", "Mbeki", "McCarthy", "Mendoza", "Miller", "Mitchell", "Moore", "Morales", "Müller",
    "Murphy", "Nelson", "Nguyễn", "Núñez", "O'Brien", "O'Neill-Watts", "Okafor", "Oliveira",
    "Ortiz", "Park", "Patel", "Peña", "Pérez", "Phạm", "Powell", "Quispe", "Ramírez", "Reyes",
    "Rivera", "Robinson", "Rodríguez", "Romero", "Russo", "Saint-Pierre", "Sánchez", "Santos",
    "Shah", "Singh", "Smith", "Smith-Jones", "St. John", "Sullivan", "Suzuki", "Taylor", "Thomas",
    "Thompson", "Torres", "Trần", "Turner", "van den Berg", "Vargas", "Võ", "Walker", "Wang",
    "Washington", "White", "Williams", "Wilson", "Wright", "Yamamoto", "Yang", "Young", "Zhang",
)  # fmt: skip

SCHOOLS = (
    "Oakridge", "Harbor", "Cedar", "Lakeview", "Riverside", "Maple", "Summit", "Willow", "Prairie",
    "Birchwood", "Eastgate", "Foothill", "Granite", "Highland", "Juniper", "Kingsley", "Meadow",
    "Northfield", "Orchard", "Pinecrest", "Quarry", "Redwood", "Stonebridge", "Valley",
)  # fmt: skip

#: The six subjects of each school level: code in the class's ID, title in its name, subject.
SUBJECTS = (
    (
        ("RWM", "Reading, Writing & More", "Language Arts"), ("MTH", "Math", "Math"),
        ("SCI", "Science", "Science"), ("SOC", "Social Studies", "Social Studies"),
        ("ART", 'Art "Studio"', "Art"), ("PED", "Movement & Health", "PE"),
    ),
    (
        ("ELA", "English Language Arts", "ELA"), ("ALG", "Pre-Algebra", "Math"),
        ("LIF", "Life Science", "Science"), ("HIS", "World History", "Social Studies"),
        ("SPA", "Español para todos", "Languages"), ("BND", "Band, Choir or Strings", "Music"),
    ),
    (
        ("LIT", "American Literature", "English"), ("GEO", "Geometry", "Math"),
        ("BIO", "Biology", "Science"), ("GOV", "Government, Civics", "Social Studies"),
        ("FRE", "Français", "Languages"), ("HLT", "Health", "PE"),
    ),
)  # fmt: skip

#: Letters that do not fall apart into a plain one and a mark.
_UNDIVIDED = str.maketrans({"đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ł": "l", "ß": "ss"})


def plain(name: str) -> str:
    """Lower-case ASCII letters of a name, as an address is made of them: `Đặng` → `dang`."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_UNDIVIDED))
    return "".join(c for c in decomposed if c.isascii() and c.isalnum()).lower()


def seeded(seed: int, purpose: str) -> random.Random:
    """A stream of numbers that depends on nothing but the seed and what it is for.

    A stream of its own per purpose: a new kind of fault must not change everybody's names.
    """
    return random.Random(f"{seed}/{purpose}")  # noqa: S311 - repeatable, not secret
