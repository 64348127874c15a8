"""A slow, obvious second opinion on what a file does to a roster: dictionaries, sets and loops.

Written from the domain's rules alone. It shares no code with the package and reads no profile: what
a column accepts is said here once more. Rows are dictionaries of cells; a cell that a row does not
give is blank. Two parts that know nothing of each other: `foresee` (what becomes of each record,
given the rows that are rejected) and `judge` (RT4xx, given the cells that are in error).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Row = Mapping[str, str]
Finding = tuple[int | None, str, str, str]

PERSON = ("userDistrictId", "userStateId", "userRole", "userFirstName", "userLastName")
PERSON += ("userEmail", "userGrade")
CLASS = ("schoolId", "className", "classDisplayName", "classGrade", "classSubject")
KIND = {"Student": "student", "Teacher": "staff", "Administrator": "staff"}
REMOVAL = "REMOVE-CLASS"
OUTCOMES = ("created", "updated", "no changes", "removed", "errors")


def cleaned(row: Row, column: str) -> str:
    """The cell without invisible characters and the space around it."""
    typed = row.get(column, "")
    for invisible in "\u200b\u2060\ufeff":
        typed = typed.replace(invisible, "")
    return typed.strip()


def is_blank(row: Row) -> bool:
    return not any(cleaned(row, column) for column in row)


def removes(row: Row) -> bool:
    return cleaned(row, "action") == REMOVAL


# --- the roster ----------------------------------------------------------------------------------

#: What all schools are called where none is judged by itself.
TOGETHER = "all schools together"


@dataclass
class Roster:
    """What the district has: facts by ID, and who is where."""

    schools: set[str] = field(default_factory=set)
    listed: bool = False
    """Whether `schools` is the district's own list."""
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    memberships: set[tuple[str, str]] = field(default_factory=set)
    classes: dict[str, dict[str, str]] = field(default_factory=dict)
    inactive: set[str] = field(default_factory=set)
    leads: dict[tuple[str, str], bool] = field(default_factory=dict)
    """(`userId`, `classId`) of each enrollment → primary teacher."""

    def active(self, class_id: str) -> bool:
        return class_id in self.classes and class_id not in self.inactive

    def members(self, class_id: str) -> set[str]:
        return {user for user, of in self.leads if of == class_id}

    def kind(self, user: str) -> str | None:
        return KIND.get(self.people[user]["userRole"]) if user in self.people else None


def roster_of(
    download: Iterable[Row],
    schools: Iterable[str] | None = None,
    inactive: Iterable[str] = (),
) -> Roster:
    """The roster that a download describes, all of whose rows agree."""
    roster = Roster(listed=schools is not None, inactive=set(inactive))
    for row in download:
        school, user = cleaned(row, "schoolId"), cleaned(row, "userId")
        class_id = cleaned(row, "classId")
        roster.schools.add(school)
        roster.people[user] = {fact: cleaned(row, fact) for fact in PERSON}
        roster.memberships.add((user, school))
        if class_id:
            roster.classes[class_id] = {fact: cleaned(row, fact) for fact in CLASS}
            roster.leads[user, class_id] = cleaned(row, "primary_teacher") == "TRUE"
    roster.leads = {pair: yes for pair, yes in roster.leads.items() if pair[1] not in inactive}
    if schools is not None:
        roster.schools = set(schools)
    return roster


# --- what becomes of each record -----------------------------------------------------------------


@dataclass
class Foreseen:
    """Each record that a file touches, with its outcome."""

    schools: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str | None] = field(default_factory=dict)
    person_schools: set[tuple[str, str]] = field(default_factory=set)
    classes: dict[str, str] = field(default_factory=dict)
    class_schools: dict[str, str] = field(default_factory=dict)
    enrollments: dict[tuple[str, str], str] = field(default_factory=dict)
    outside: set[tuple[str, str]] = field(default_factory=set)
    """Enrollments removed from people whom no row mentions."""
    fields: set[tuple[str, str, str, str, str]] = field(default_factory=set)
    """Kind, key, field, before, after."""
    unmentioned: Counter[str] = field(default_factory=Counter)
    sizes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(school, kind) → records that the roster has."""

    def lines(self) -> list[tuple[str, tuple[str, ...], str]]:
        """Kind, schools and outcome of every record that counts."""
        actual: list[tuple[str, tuple[str, ...], str]] = []
        actual += [("school", (school,), outcome) for school, outcome in self.schools.items()]
        for user, outcome in self.people.items():
            kind = self.kinds[user]
            if kind is not None:
                at = tuple(school for who, school in self.person_schools if who == user)
                actual.append((kind, at, outcome))
        for class_id, outcome in self.classes.items():
            actual.append(("class", (self.class_schools[class_id],), outcome))
        for (_, class_id), outcome in self.enrollments.items():
            actual.append(("enrollment", (self.class_schools[class_id],), outcome))
        return actual

    def totals(self) -> Counter[tuple[str, str]]:
        return Counter((kind, outcome) for kind, _, outcome in self.lines())

    def by_school(self) -> Counter[tuple[str, str, str]]:
        return Counter(
            (school, kind, outcome)
            for kind, schools, outcome in self.lines()
            for school in schools
            if school and kind != "school"
        )


class _Foresight:
    """One file, one roster; `rejected` are indices of rows, `old_ids` new ID → the roster's ID."""

    def __init__(
        self, rows: list[Row], rejected: set[int], roster: Roster, old_ids: Mapping[str, str]
    ) -> None:
        self.roster, self.old_ids = roster, old_ids
        self.mentions = [(at, row) for at, row in enumerate(rows) if not is_blank(row)]
        self.accepted = [(at, row) for at, row in self.mentions if at not in rejected]
        self.told = Foreseen()
        self.judge_schools()
        self.judge_people()
        self.judge_classes()
        self.judge_enrollments()
        self.count_the_rest()

    def rows_about(self, *columns: str) -> dict[tuple[str, ...], list[Row]]:
        """All rows by the keys that they mention; a removal mentions only its class."""
        return self._by_key(self.mentions, columns)

    def accepted_about(self, *columns: str) -> dict[tuple[str, ...], list[Row]]:
        return self._by_key(self.accepted, columns)

    @staticmethod
    def _by_key(
        rows: list[tuple[int, Row]], columns: tuple[str, ...]
    ) -> dict[tuple[str, ...], list[Row]]:
        found = defaultdict(list)
        for _, row in rows:
            key = tuple(cleaned(row, column) for column in columns)
            if all(key) and not removes(row):
                found[key].append(row)
        return found

    def judge_schools(self) -> None:
        accepted = self.accepted_about("schoolId")
        for key in self.rows_about("schoolId"):
            (school,) = key
            known = school in self.roster.schools
            outcome = "no changes" if known else "created"
            self.told.schools[school] = outcome if key in accepted else "errors"

    def stated(self, rows: list[Row], column: str) -> str:
        """What the rows say in a column; accepted rows never contradict each other."""
        return next((cleaned(row, column) for row in rows if cleaned(row, column)), "")

    def judge_people(self) -> None:
        accepted = self.accepted_about("userId")
        for key, rows in self.rows_about("userId").items():
            (user,) = key
            for row in rows:
                if cleaned(row, "schoolId"):
                    self.told.person_schools.add((user, cleaned(row, "schoolId")))
            if key in accepted:
                self.told.people[user] = self.outcome_of_person(user, accepted[key])
                self.told.kinds[user] = KIND[self.stated(accepted[key], "userRole")]
            else:
                self.told.people[user] = "errors"
                self.told.kinds[user] = self.kind_of_rejected(rows) or self.roster.kind(user)

    def kind_of_rejected(self, rows: list[Row]) -> str | None:
        """What most of the rows say; in a tie none of them states it acceptably."""
        said = Counter(KIND[role] for row in rows if (role := cleaned(row, "userRole")) in KIND)
        most = [kind for kind, count in said.items() if count == max(said.values())]
        return most[0] if len(most) == 1 else None

    def outcome_of_person(self, user: str, rows: list[Row]) -> str:
        old = self.old_ids.get(user, user)
        was = self.roster.people.get(old)
        if was is None:
            return "created"
        kind = KIND[self.stated(rows, "userRole")]
        changed = old != user
        if changed:
            self.told.fields.add((kind, user, "userId", old, user))
        for fact in PERSON:
            now = self.stated(rows, fact)
            keeps = not now and not (fact == "userGrade" and kind == "staff")
            if not keeps and now != was[fact]:
                changed = True
                self.told.fields.add((kind, user, fact, was[fact], now))
        joins = any((old, cleaned(row, "schoolId")) not in self.roster.memberships for row in rows)
        return "updated" if changed or joins else "no changes"

    def judge_classes(self) -> None:
        used, removed = self.accepted_about("classId"), self.removed_classes(self.accepted)
        mentioned = {key for (key,) in self.rows_about("classId")}
        for class_id in mentioned | self.removed_classes(self.mentions):
            was = self.roster.classes.get(class_id)
            rows = used.get((class_id,), [])
            if rows:
                outcome = self.outcome_of_class(class_id, rows)
                school = self.stated(rows, "schoolId")
            elif class_id in removed:
                outcome = "removed" if self.roster.active(class_id) else "no changes"
                school = was["schoolId"] if was else ""
            else:
                outcome, school = "errors", self.school_of_rejected(class_id)
            self.told.classes[class_id] = outcome
            self.told.class_schools[class_id] = school

    def removed_classes(self, rows: list[tuple[int, Row]]) -> set[str]:
        return {cleaned(row, "classId") for _, row in rows if removes(row)} - {""}

    def school_of_rejected(self, class_id: str) -> str:
        """Where the rows of a class in error put it most often, else where the roster has it."""
        rows = self.rows_about("classId").get((class_id,), [])
        said = Counter(school for row in rows if (school := cleaned(row, "schoolId")))
        if said:
            return min(said, key=lambda school: (-said[school], school))
        return self.roster.classes.get(class_id, {}).get("schoolId", "")

    def outcome_of_class(self, class_id: str, rows: list[Row]) -> str:
        if not self.roster.active(class_id):
            return "created"
        was, changed = self.roster.classes[class_id], False
        for fact in CLASS:
            now = self.stated(rows, fact)
            if now and now != was[fact]:
                changed = True
                self.told.fields.add(("class", class_id, fact, was[fact], now))
        return "updated" if changed else "no changes"

    def judge_enrollments(self) -> None:
        accepted = self.accepted_about("userId", "classId")
        for key in self.rows_about("userId", "classId"):
            user, class_id = key
            self.told.enrollments[user, class_id] = (
                self.outcome_of_enrollment(user, class_id, accepted[key])
                if key in accepted
                else "errors"
            )
        new_ids = {old: new for new, old in self.old_ids.items()}
        listed = {cleaned(row, "userId") for _, row in self.mentions}
        for class_id, outcome in self.told.classes.items():
            for member in self.roster.members(class_id) if outcome == "removed" else ():
                user = new_ids.get(member, member)
                self.told.enrollments[user, class_id] = "removed"
                if user not in listed:
                    self.told.outside.add((user, class_id))

    def outcome_of_enrollment(self, user: str, class_id: str, rows: list[Row]) -> str:
        was = self.roster.leads.get((self.old_ids.get(user, user), class_id))
        if was is None or not self.roster.active(class_id):
            return "created"
        said = self.stated(rows, "primary_teacher")
        if "TRUE" in {cleaned(row, "primary_teacher") for row in rows}:
            said = "TRUE"  # one of several rows is enough
        if not said and self.told.kinds[user] == "student":
            said = "FALSE"  # a student leads no class
        if not said or (said == "TRUE") == was:
            return "no changes"
        before = "TRUE" if was else "FALSE"
        key = f"{user} in {class_id}"
        self.told.fields.add(("enrollment", key, "primary_teacher", before, said))
        return "updated"

    def count_the_rest(self) -> None:
        """What the roster has, by school, and what of it no row mentions."""
        roster, left = self.roster, self.told.unmentioned
        seen = {
            user if outcome == "errors" else self.old_ids.get(user, user)
            for user, outcome in self.told.people.items()
        }
        left["school"] = len(roster.schools - set(self.told.schools))
        for user in roster.people:
            left[roster.kind(user) or ""] += user not in seen
        for class_id in roster.classes:
            left["class"] += roster.active(class_id) and class_id not in self.told.classes
        pairs = {
            (user if self.told.people[user] == "errors" else self.old_ids.get(user, user), of)
            for user, of in self.told.enrollments
            if user in self.told.people
        }
        pairs |= {pair for pair in roster.leads if self.told.classes.get(pair[1]) == "removed"}
        left["enrollment"] = len(set(roster.leads) - pairs)
        sizes = self.told.sizes
        sizes.update((school, roster.kind(user) or "") for user, school in roster.memberships)
        for class_id, facts in roster.classes.items():
            sizes[facts["schoolId"], "class"] += roster.active(class_id)
            sizes[facts["schoolId"], "enrollment"] += len(roster.members(class_id))
        sizes.update((TOGETHER, roster.kind(user) or "") for user in roster.people)
        sizes[TOGETHER, "class"] = sum(map(roster.active, roster.classes))
        sizes[TOGETHER, "enrollment"] = len(roster.leads)


def foresee(
    rows: list[Row], rejected: set[int], roster: Roster, old_ids: Mapping[str, str]
) -> Foreseen:
    """What becomes of every record that the rows mention."""
    return _Foresight(rows, rejected, roster, old_ids).told


def mass_changes(
    told: Foreseen, shares: Mapping[str, float | None], at_least: int
) -> set[tuple[str, str, str]]:
    """School, kind and outcome of what is more than the season allows (RT412)."""
    return {
        (school, kind, outcome)
        for (school, kind, outcome), number in told.by_school().items()
        if (share := shares.get(outcome)) is not None
        and number >= at_least
        and number > share * told.sizes[school, kind]
    }


def mass_changes_together(
    parts: Iterable[Foreseen], shares: Mapping[str, float | None], at_least: int
) -> dict[tuple[str, str], tuple[int, int]]:
    """Kind and outcome → number and records before, where no school is judged by itself."""
    totals: Counter[tuple[str, str]] = Counter()
    before: Counter[str] = Counter()
    by_themselves: set[tuple[str, str]] = set()
    for told in parts:
        totals += told.totals()
        before += Counter({kind: n for (at, kind), n in told.sizes.items() if at == TOGETHER})
        by_themselves |= {key[1:] for key, number in told.by_school().items() if number >= at_least}
    return {
        (kind, outcome): (number, before[kind])
        for (kind, outcome), number in totals.items()
        if (share := shares.get(outcome)) is not None
        and kind != "school"
        and (kind, outcome) not in by_themselves
        and number >= at_least
        and number > share * before[kind]
    }


# --- RT4xx ---------------------------------------------------------------------------------------


class _Judge:
    """One file against one roster; `wrong` cells and `silent` rows have no vote.

    Rows are numbered as a spreadsheet shows them, the first record being row 2.
    """

    def __init__(
        self,
        rows: list[Row],
        wrong: set[tuple[int, str]],
        silent: set[int],
        rejected: set[int],
        roster: Roster,
    ) -> None:
        self.roster, self.wrong, self.rejected = roster, set(wrong), set(rejected)
        self.every = {at: row for at, row in enumerate(rows, start=2) if not is_blank(row)}
        self.rows = {at: row for at, row in self.every.items() if at not in silent}
        self.voters = {at: row for at, row in self.rows.items() if not removes(row)}
        self.found: set[Finding] = set()
        self.old_ids: dict[str, str] = {}
        self.judge_identifiers()
        self.judge_people()
        self.judge_classes()

    def vote(self, at: int, column: str) -> str:
        """The value of a cell, blank if it is in error."""
        return "" if (at, column) in self.wrong else cleaned(self.rows[at], column)

    def altered(self, column: str, value: str) -> bool:
        """Whether the roster knows the ID with other zeros in front, or without its decimals."""
        known = {
            "schoolId": self.roster.schools,
            "userId": set(self.roster.people),
            "classId": set(self.roster.classes),
        }[column]
        if not value or value in known:
            return False
        whole, dot, decimals = value.partition(".")
        number = dot and whole.isdigit() and decimals and set(decimals) == {"0"}
        bare = (whole if number else value).lstrip("0")
        return any(one.lstrip("0") == bare for one in known)

    def judge_identifiers(self) -> None:
        """RT406 and RT401; no other rule judges a cell of which either speaks."""
        for at in self.rows:
            for column in ("schoolId", "userId", "classId"):
                value = self.vote(at, column)
                if self.altered(column, value):
                    self.found.add((at, column, "RT406", value))
                elif column == "schoolId" and value and self.unlisted(value):
                    self.found.add((at, column, "RT401", value))
        self.wrong |= {(at, column) for at, column, _, _ in self.found if at is not None}

    def unlisted(self, school: str) -> bool:
        return self.roster.listed and school not in self.roster.schools

    def judge_people(self) -> None:
        of_person = defaultdict(list)
        for at in self.voters:
            if self.vote(at, "userId"):
                of_person[self.vote(at, "userId")].append(at)
        self.stated = {
            user: {
                fact: next((v for at in rows if (v := self.vote(at, fact))), "") for fact in PERSON
            }
            for user, rows in of_person.items()
        }
        for user, rows in of_person.items():
            if user in self.roster.people:
                self.judge_known(user)
            else:
                self.judge_new(user, rows)
        before = None
        while before != self.rejected:  # a rejected row gives up no address
            before = set(self.rejected)
            for user, rows in of_person.items():
                if user not in self.old_ids:
                    self.judge_address(user, rows)

    def judge_known(self, user: str) -> None:
        was, now = self.roster.people[user], self.stated[user]
        names = ("userFirstName", "userLastName")
        filled = all(facts[key] for facts in (was, now) for key in (*names, "userEmail"))
        others = {now[name].lower() for name in names}.isdisjoint(was[n].lower() for n in names)
        if filled and others and now["userEmail"].lower() != was["userEmail"].lower():
            self.found.add((None, "userId", "RT405", user))
        if now["userRole"] and KIND[now["userRole"]] != KIND[was["userRole"]]:
            self.found.add((None, "userRole", "RT409", user))

    def judge_new(self, user: str, rows: list[int]) -> None:
        """Somebody with a new ID, unless it is nobody whom the roster knows."""
        now = self.stated[user]
        used = {cleaned(row, "userId") for row in self.every.values()}
        candidates = [
            old
            for old, was in self.roster.people.items()
            if now["userEmail"]
            and now["userFirstName"]
            and now["userLastName"]
            and was["userEmail"].lower() == now["userEmail"].lower()
            and was["userFirstName"] == now["userFirstName"]
            and was["userLastName"] == now["userLastName"]
            and old not in used
        ]
        if len(candidates) != 1:
            return
        self.old_ids[user] = candidates[0]
        was = self.roster.people[candidates[0]]
        if all(not now[fact] or now[fact] == was[fact] for fact in PERSON):
            self.found.add((None, "userId", "RT403", user))
        else:
            self.found |= {(at, "userId", "RT404", user) for at in rows}

    def judge_address(self, user: str, rows: list[int]) -> None:
        for at in rows:
            address = self.vote(at, "userEmail")
            for owner, was in self.roster.people.items():
                its = owner != user and was["userEmail"].lower() == address.lower() != ""
                if its and not self.gives_up_address(owner):
                    self.found.add((at, "userEmail", "RT402", address))
                    self.rejected.add(at)

    def gives_up_address(self, owner: str) -> bool:
        """Whether a row that is accepted gives the owner another address."""
        was = self.roster.people[owner]["userEmail"].lower()
        said = {
            self.vote(at, "userEmail").lower()
            for at in self.voters
            if at not in self.rejected and self.vote(at, "userId") == owner
        }
        return bool(said - {"", was})

    def judge_classes(self) -> None:
        for at, row in self.rows.items():
            class_id, school = self.vote(at, "classId"), self.vote(at, "schoolId")
            if not class_id:
                continue
            if removes(row):
                if class_id not in self.roster.classes:
                    self.found.add((at, "classId", "RT407", class_id))
            elif school and self.moves(class_id, school):
                self.found.add((None, "schoolId", "RT408", class_id))

    def moves(self, class_id: str, school: str) -> bool:
        active = self.roster.active(class_id)
        return active and school != self.roster.classes[class_id]["schoolId"]


def judge(
    rows: list[Row],
    wrong: set[tuple[int, str]],
    silent: set[int],
    rejected: set[int],
    roster: Roster,
) -> set[Finding]:
    """Row or None, column, code and subject of RT401 to RT409.

    `wrong`: cells in error; `silent`: rows without a vote; `rejected`: rows that are rejected for
    another reason than somebody else's address.
    """
    return _Judge(rows, wrong, silent, rejected, roster).found


def class_sizes(
    rows: list[Row], wrong: set[tuple[int, str]], silent: set[int], roster: Roster
) -> dict[str, Counter[str]]:
    """Class that the file mentions → people by kind, in file and roster together.

    Kind "?" is a role that nobody can read. A member of the roster whom the file names in the
    class, by ID or by address, counts as the file says.
    """
    lists: dict[str, dict[str, str]] = defaultdict(dict)
    addresses: dict[str, set[str]] = defaultdict(set)
    for at, row in enumerate(rows, start=2):
        cells = {name: "" if (at, name) in wrong else cleaned(row, name) for name in row}
        class_id = cells.get("classId", "")
        if at in silent or removes(row) or not class_id:
            continue
        kind = KIND.get(cells["userRole"], "?")
        if cells["userId"] or kind != "student":  # an ID in error is no further student
            lists[class_id][cells["userId"] or f"row {at}"] = kind
        else:
            lists[class_id].setdefault(f"row {at}", "nobody")
        addresses[class_id].add(cells["userEmail"].lower())
    for class_id, people in lists.items():
        for user in roster.members(class_id) if roster.active(class_id) else ():
            named = roster.people[user]["userEmail"].lower() in addresses[class_id] - {""}
            if user not in people and not named:
                people[user] = roster.kind(user) or "?"
    return {class_id: Counter(people.values()) for class_id, people in lists.items()}
