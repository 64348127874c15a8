"""Who may do what on a shared host: the list, who asks, and the door to the store."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from making import file_of, in_class, student, teacher

import roster_toolkit as rt
from app_parts.access import (
    NOBODY,
    ON_THIS_MACHINE,
    PAGES,
    AccessError,
    Asker,
    Grant,
    Role,
    asker,
    may_open,
    read_access,
    verified_email,
)
from app_parts.door import GuardedStore, NotAllowed, must_check, open_store
from app_parts.session import Desk

WHOLE = Grant(Role.ENROLLMENT, None)
LOOKS = Grant(Role.LOOK, None)
AT_SCHOOL = Grant(Role.ENROLLMENT, frozenset({"0711"}))

AVON_CHANGES = Asker("ana@avon.org", {"Avon": WHOLE})
AVON_LOOKS = Asker("leo@avon.org", {"Avon": LOOKS})
AVON_SCHOOL = Asker("sam@avon.org", {"Avon": AT_SCHOOL})
BROOK_CHANGES = Asker("bea@brook.org", {"Brook": WHOLE})
PEOPLE = {
    "nobody": NOBODY,
    "who may look": AVON_LOOKS,
    "a school's person": AVON_SCHOOL,
    "another district's": BROOK_CHANGES,
}

ELM, OAK = {"schoolId": "0711"}, {"schoolId": "0712"}
ROWS = [
    in_class(student("E1", userFirstName="Elma", userLastName="Elmer", **ELM), "CE"),
    in_class(teacher("E9", userFirstName="Ed", userLastName="Elmer", **ELM), "CE"),
    in_class(student("O1", userFirstName="Oda", userLastName="Oaks", **OAK), "CO"),
    student("B2", userFirstName="Both", userLastName="Ways", **ELM),
    student("B2", userFirstName="Both", userLastName="Ways", **OAK),
]
SCHOOLS = b"schoolId,schoolName\n0711,Elm School\n0712,Oak School\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Avon with two schools and two snapshots, Brook with one of each."""
    folder = tmp_path_factory.mktemp("shared")
    store = rt.Store(folder / "roster.duckdb")
    for district, rows in (("Avon", ROWS[:2]), ("Avon", ROWS), ("Brook", [student("K1")])):
        download, schools = folder / "oaks.csv", folder / "schools.csv"
        download.write_bytes(file_of(rows))
        schools.write_bytes(SCHOOLS)
        accept = ("RT412",) if store.path.exists() and district in store else ()
        rt.import_data(download, store, district, schools=schools, label="fall", accept=accept)
    return store.path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "roster.duckdb"))


def listed(folder: Path, text: str) -> dict[str, Asker]:
    path = folder / "access.toml"
    path.write_text(text, encoding="utf-8")
    return read_access(path)


# --- the list -------------------------------------------------------------------------------------

SOUND = '[[grant]]\nemail = "Ana@Avon.org"\ndistrict = "Avon"\nrole = "enrollment"\n'


def test_a_grant_is_for_a_district_with_its_schools_or_for_some_of_them(tmp_path: Path) -> None:
    more = SOUND.replace("Avon", "Brook").replace("Ana@Brook", "ana@avon") + 'schools = ["0711"]\n'

    people = listed(tmp_path, SOUND + more)

    assert list(people) == ["ana@avon.org"]
    ana = people["ana@avon.org"]
    assert (ana.sees_whole("Avon"), ana.changes("Avon")) == (True, True)
    assert (ana.sees("Brook"), ana.checks("Brook"), ana.schools_of("Brook")) == (
        True,
        True,
        {"0711"},
    )
    assert (ana.sees_whole("Brook"), ana.changes("Brook"), ana.sees("Clover")) == (False,) * 3


def test_who_looks_neither_checks_nor_changes(tmp_path: Path) -> None:
    leo = listed(tmp_path, SOUND.replace("enrollment", "look"))["ana@avon.org"]

    assert (leo.sees_whole("Avon"), leo.checks("Avon"), leo.changes("Avon")) == (True, False, False)
    assert not leo.checks_anywhere


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("[[grant", "it is no TOML"),
        ("", "it has none"),
        ("[people]\n", "it has 'people'"),
        (SOUND + 'rolle = "look"\n', "grant 1 is wrong: 'rolle' is none of email, district"),
        (SOUND.replace("enrollment", "admin"), "role is one of system, enrollment, look"),
        (SOUND.replace("Ana@Avon.org", "Ana"), "email is no address"),
        (SOUND.replace("Ana@", "Ána@"), "email is no address"),
        (SOUND.replace('"Avon"', "7"), "district must be a text"),
        (SOUND.replace('"Avon"', '" "'), "district must be a text"),
        (SOUND + "schools = []\n", "schools must list the ID of a school at least"),
        (SOUND + "schools = [711]\n", 'schools must be texts, such as "0711"'),
        (SOUND + 'schools = ["0711 "]\n', "schools must have no spaces around them"),
        (SOUND + SOUND.lower().replace('avon"\nr', 'Avon"\nr'), "grant 2 is wrong: this address"),
    ],
)  # fmt: skip
def test_a_slip_is_one_sentence_and_nobody_has_access(tmp_path: Path, text: str, slip: str) -> None:
    with pytest.raises(AccessError, match=slip) as caught:
        listed(tmp_path, text)

    assert "ana" not in str(caught.value).lower().replace(str(tmp_path).lower(), "")


def test_a_list_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match=r"cannot be read: No such file"):
        read_access(tmp_path / "none.toml")


# --- who asks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"is_logged_in": True, "email": "Ana@Avon.org", "email_verified": True}, "ana@avon.org"),
        ({"is_logged_in": True, "email": "ana@avon.org"}, ""),
        ({"is_logged_in": True, "email": "ana@avon.org", "email_verified": False}, ""),
        ({"is_logged_in": True, "email": "ana@avon.org", "email_verified": "true"}, ""),
        ({"is_logged_in": False, "email": "ana@avon.org", "email_verified": True}, ""),
        ({"email": "ana@avon.org", "email_verified": True}, ""),
        ({"is_logged_in": True, "email": "\N{KELVIN SIGN}im@avon.org", "email_verified": True}, ""),
        ({"is_logged_in": True, "email_verified": True}, ""),
    ],
)
def test_only_an_address_that_the_provider_calls_verified_counts(
    claims: dict[str, object], email: str
) -> None:
    assert verified_email(claims) == email


def test_on_ones_own_machine_nobody_is_asked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROSTER_ACCESS", raising=False)
    monkeypatch.setenv("ROSTER_STORE", str(path))

    assert asker() is ON_THIS_MACHINE
    assert type(open_store()) is rt.Store
    assert [each.name for each in Desk().store.districts()] == ["Avon", "Brook"]


@pytest.mark.parametrize("access", ["", "nowhere.toml"])
def test_once_a_list_is_named_nobody_has_access_unless_it_says_so(
    access: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROSTER_ACCESS", access)
    monkeypatch.setenv("ROSTER_STORE", str(path))

    assert asker() == NOBODY
    assert Desk().store.districts() == ()


def test_a_page_that_nobody_opened_to_somebody_stays_closed() -> None:
    everywhere = Asker("x@y.org", {"Avon": Grant(Role.SYSTEM, None)})

    assert all(may_open(everywhere, page) for page in PAGES)
    assert not may_open(everywhere, "a-new-page")
    assert not any(may_open(NOBODY, page) for page in PAGES)
    assert [page for page in PAGES if may_open(AVON_LOOKS, page)] == ["roster", "dictionary"]


# --- the door -------------------------------------------------------------------------------------


def test_a_district_that_is_not_theirs_is_not_there(path: Path) -> None:
    for who in PEOPLE.values():
        store = GuardedStore(who, path)
        assert [each.name for each in store.districts()] == [
            n for n in ("Avon", "Brook") if n in who.grants
        ]
        other = "Avon" if "Brook" in who.grants else "Brook"
        sentences = set()
        for name in (other, "Nowhere"):
            with pytest.raises(NotAllowed) as caught:
                store[name]
            sentences.add(str(caught.value).replace(name, "X"))
        assert sentences == {"There is no district 'X' that you may look at."}


def test_a_district_granted_and_not_made_yet_names_no_other(path: Path) -> None:
    with pytest.raises(NotAllowed) as caught:
        GuardedStore(Asker("x@y.org", {"New": WHOLE}), path).district("New")

    assert "Avon" not in str(caught.value)


def test_a_district_of_theirs_that_was_deleted_names_no_other(path: Path) -> None:
    with pytest.raises(NotAllowed) as caught:
        GuardedStore(Asker("x@y.org", {"Gone": WHOLE}), path).profile_of("Gone")

    assert "Avon" not in str(caught.value)


READS: dict[str, Callable[[rt.Store], object]] = {
    "district": lambda store: store.district("Avon"),
    "snapshots": lambda store: store.snapshots("Avon"),
    "roster": lambda store: store.roster("Avon"),
    "against": lambda store: store.against("Avon"),
    "profile_of": lambda store: store.profile_of("Avon"),
    "own_profile": lambda store: store.own_profile("Avon"),
    "profile_text": lambda store: store.profile_text("Avon"),
    "find": lambda store: store.find("Elmer", "Avon"),
    "note_export": lambda store: store.note_export("Avon", 1, "00"),
}
READS_OF_ALL: dict[str, Callable[[rt.Store], object]] = {
    "profile_versions": lambda store: store.profile_versions("Avon"),
    "journal": lambda store: store.journal("Avon"),
    "history": lambda store: store.history("Avon", "E1"),
    "classes_of": lambda store: store.classes_of("Avon", "E1"),
    "class_history": lambda store: store.class_history("Avon", "CE"),
    "members_of": lambda store: store.members_of("Avon", "CE"),
    "inactive_because": lambda store: store.inactive_because("Avon"),
    "district_sql": lambda store: store.district_sql("Avon", "SELECT 1"),
}
CHANGES: dict[str, Callable[[rt.Store], object]] = {
    "add": lambda store: rt.import_data(
        store.path.with_name("new.csv"), store, "Avon", accept=("RT412", "RT419", "RT420")
    ),
    "undo": lambda store: store.undo("Avon", 2),
    "forget": lambda store: store.forget("Avon"),
    "set_profile": lambda store: store.set_profile("Avon", 'extends = "batch-upload"'),
    "undo_profile": lambda store: store.undo_profile("Avon"),
}
#: What tells nothing of anybody, and so is open to whoever may look at something.
OPEN = {"fingerprint"}
#: What tells of the districts that are all theirs, and is empty where none is.
OF_THEIRS = {"addresses_elsewhere"}
REFUSED = {"sql", "upgrade", "backup", "restore", "outdated", "prune"}


def test_every_method_of_a_store_has_been_thought_about() -> None:
    methods = {n for n, m in vars(rt.Store).items() if not n.startswith("_") and callable(m)}

    assert methods == {"districts", *OPEN, *OF_THEIRS, *READS, *READS_OF_ALL, *CHANGES, *REFUSED}
    assert methods <= set(vars(GuardedStore))


@pytest.mark.parametrize("read", {**READS, **READS_OF_ALL}.values(), ids={**READS, **READS_OF_ALL})
def test_nobody_and_another_districts_person_read_nothing(
    read: Callable[[rt.Store], object], path: Path
) -> None:
    for who in (NOBODY, BROOK_CHANGES):
        with pytest.raises(NotAllowed):
            read(GuardedStore(who, path))
    assert read(GuardedStore(AVON_CHANGES, path)) is not Ellipsis


@pytest.mark.parametrize("read", READS_OF_ALL.values(), ids=READS_OF_ALL)
def test_what_is_of_the_whole_district_is_not_for_a_schools_person(
    read: Callable[[rt.Store], object], path: Path
) -> None:
    with pytest.raises(NotAllowed):
        read(GuardedStore(AVON_SCHOOL, path))
    read(GuardedStore(AVON_LOOKS, path))


@pytest.mark.parametrize("who", PEOPLE.values(), ids=PEOPLE)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_none_of_these_people_changes_avon(
    change: Callable[[rt.Store], object], who: Asker, path: Path
) -> None:
    path.with_name("new.csv").write_bytes(file_of([*ROWS, student("E3", **ELM)]))
    before = path.read_bytes()

    with pytest.raises(NotAllowed):
        change(GuardedStore(who, path))

    assert path.read_bytes() == before


def test_addresses_are_those_of_districts_that_are_all_theirs(path: Path) -> None:
    everything = set(rt.Store(path).addresses_elsewhere("New"))
    brook = set(rt.Store(path).roster("Brook").people["userEmail"].str.to_lowercase()) - {""}

    assert brook < everything
    for who, theirs in (
        (NOBODY, set()), (AVON_SCHOOL, set()), (AVON_LOOKS, everything - brook),
        (BROOK_CHANGES, brook),
    ):  # fmt: skip
        store = GuardedStore(who, path)
        assert set(store.addresses_elsewhere("New")) == theirs
        assert set(store.addresses_elsewhere("New", beside=["Brook"])) == theirs & brook


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_for_whoever_runs_the_host_is_refused_to_everybody(name: str, path: Path) -> None:
    with pytest.raises(NotAllowed, match="for whoever runs this host"):
        getattr(GuardedStore(AVON_CHANGES, path), name)("SELECT 1")


def test_who_may_change_a_district_imports_processes_and_makes_it(path: Path) -> None:
    download = path.with_name("new.csv")
    download.write_bytes(file_of([*ROWS, student("E3", **ELM)]))
    store = GuardedStore(Asker("ana@avon.org", {"Avon": WHOLE, "New": WHOLE}), path)

    assert rt.import_data(download, store, "Avon").snapshot == 3
    assert rt.process(file_of([student("E4", **ELM)]), store, "Avon").snapshot == 4
    assert rt.import_data(download, store, "New").snapshot == 1
    assert [each.name for each in rt.Store(path).districts()] == ["Avon", "Brook", "New"]


def test_a_district_of_others_is_no_new_district(path: Path) -> None:
    download = path.with_name("new.csv")
    download.write_bytes(file_of([student("E3")]))

    with pytest.raises(NotAllowed):
        rt.import_data(download, GuardedStore(AVON_CHANGES, path), "Brook")


def test_a_school_grant_shows_that_school_only(path: Path) -> None:
    avon = GuardedStore(AVON_SCHOOL, path)["Avon"]
    directory = avon.directory()

    assert set(directory.roster.people["userId"]) == {"B2", "E1", "E9"}
    assert directory.roster.schools["schoolId"].to_list() == ["0711"]
    assert directory.records("student")["schools"].to_list() == ["0711", "0711"]
    assert directory.records("class")["classId"].to_list() == ["CE"]
    assert b"Oda" not in avon.export()
    assert b"0712" not in avon.export()
    assert "O1" not in str(avon.compare(1, 2).changes.rows())
    assert avon.snapshots[-1].counts[rt.Kind.STUDENT] == 2
    assert (avon.snapshots[-1].label, avon.snapshots[-1].origin) == ("", "")


def test_the_snapshots_of_a_school_are_counted_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int | None] = []
    roster = rt.Store.roster

    def counted(store: rt.Store, district: str, snapshot: int | None = None) -> rt.Roster:
        read.append(snapshot)
        return roster(store, district, snapshot)

    monkeypatch.setattr(rt.Store, "roster", counted)
    first = GuardedStore(AVON_SCHOOL, path).snapshots("Avon")
    rt.Store(path, who="ana@avon.org").note_export("Avon", 2, "00")

    assert GuardedStore(AVON_SCHOOL, path).snapshots("Avon") == first
    assert read == [1, 2]
    other = Asker("x@y.org", {"Avon": Grant(Role.LOOK, frozenset({"0712"}))})
    assert GuardedStore(other, path).snapshots("Avon")[-1].counts[rt.Kind.STUDENT] == 2
    assert [each.counts[rt.Kind.STUDENT] for each in first] == [1, 2]


def test_a_district_that_was_deleted_and_made_anew_is_counted_anew(path: Path) -> None:
    before = GuardedStore(AVON_SCHOOL, path).snapshots("Avon")
    store, download = rt.Store(path), path.with_name("new.csv")
    download.write_bytes(file_of([student("E1", **ELM), student("E2", **ELM)]))
    store.forget("Avon")
    rt.import_data(download, store, "Avon")
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE snapshots SET made = made + INTERVAL 1 HOUR WHERE district = "
                    "(SELECT district FROM districts WHERE name = 'Avon')")  # fmt: skip

    after = GuardedStore(AVON_SCHOOL, path).snapshots("Avon")

    assert before[0].number == after[0].number
    assert [each.counts[rt.Kind.STUDENT] for each in (before[0], after[0])] == [1, 2]


def test_a_search_finds_what_is_theirs(path: Path) -> None:
    def keys(who: Asker, text: str) -> list[tuple[str, str]]:
        return GuardedStore(who, path).find(text).select("key", "schools").rows()

    assert keys(AVON_SCHOOL, "B2") == [("B2", "Elm School (0711)")]
    assert keys(AVON_SCHOOL, "O1") == []
    assert keys(AVON_LOOKS, "B2") == [("B2", "Elm School (0711), Oak School (0712)")]
    assert keys(AVON_LOOKS, "K1") == []
    assert keys(BROOK_CHANGES, "K1") != []
    assert keys(NOBODY, "K1") == []


def test_an_address_of_a_district_that_is_not_theirs_is_not_told(path: Path) -> None:
    both = Asker("x@y.org", {"Avon": WHOLE, "Brook": LOOKS})
    school_of_brook = Asker("x@y.org", {"Avon": WHOLE, "Brook": AT_SCHOOL})

    def elsewhere(who: Asker) -> list[str]:
        addresses = GuardedStore(who, path).against("Avon").addresses
        return [] if addresses is None else addresses.to_list()

    assert elsewhere(both) == ["k1@school.org"]
    assert elsewhere(AVON_CHANGES) == []
    assert elsewhere(school_of_brook) == []


def test_who_may_look_does_not_check_a_file_against_it() -> None:
    must_check(AVON_SCHOOL, "Avon")
    with pytest.raises(NotAllowed, match="takes System or Enrollment access"):
        must_check(AVON_LOOKS, "Avon")
