"""A walk through all pages of a shared host as each kind of person: what is not theirs is nowhere.

Every section is drawn, every search is made, every download is taken; then all that the server
handed to the browser is searched for words that only another's records hold.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from making import file_of, in_class, student, teacher
from opening import APP, sound, words_of
from streamlit.testing.v1 import AppTest

import roster_toolkit as rt
from app_parts import access
from app_parts.access import PAGES, Grant, Role, asker_of
from app_parts.door import NotAllowed
from app_parts.roster.breadcrumbs import Step
from app_parts.roster.browse import LISTS
from app_parts.session import Basis, Desk

REPOSITORY = Path(__file__).parent.parent
#: Records that somebody might try to open, theirs or not.
RECORDS = [("person", "E1"), ("person", "O2"), ("person", "B1"), ("class", "C-ELM1"),
           ("class", "C-OAK1")]  # fmt: skip
#: Words that stand in records of one school of Avon, of the other, and of Brook.
ELM, OAK, BROOK = "Elmcanary", "Oakcanary", "Brookcanary"
CANARIES = {ELM, OAK, BROOK}


def keys_of(script: str, name: str) -> list[str]:
    """The keys of a dictionary that a script of the app makes."""
    tree = ast.parse((REPOSITORY / script).read_text(encoding="utf-8"))
    made = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    )
    assert isinstance(made, ast.Dict)
    return [ast.literal_eval(key) for key in made.keys if key is not None]


SECTIONS = keys_of("app_pages/roster.py", "SECTIONS")
LIST = """
[[grant]]
email = "leo@avon.org"
district = "Avon"
role = "look"

[[grant]]
email = "ana@avon.org"
district = "Avon"
role = "enrollment"

[[grant]]
email = "sam@avon.org"
district = "Avon"
role = "enrollment"
schools = ["ELM1"]

[[grant]]
email = "bea@brook.org"
district = "Brook"
role = "system"
"""
#: Who walks → the words that they may meet.
PEOPLE = {
    "": set(),
    "stranger@else.org": set(),
    "leo@avon.org": {ELM, OAK},
    "sam@avon.org": {ELM},
    "bea@brook.org": {BROOK},
}


def people_of(word: str, school: str, *users: str) -> list[dict[str, str]]:
    """A teacher with a class and its students, who have the word in what is theirs."""
    names = {"schoolId": school, "userLastName": word}
    group = {"class_id": f"C-{school}", "className": f"{word} Math"}
    mails = {user: f"{user}.{word}@school.org".lower() for user in users}
    first, *others = users
    return [
        in_class(teacher(first, userEmail=mails[first], **names), **group),
        *(in_class(student(user, userEmail=mails[user], **names), **group) for user in others),
    ]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> rt.Store:
    folder = tmp_path_factory.mktemp("walk")
    store = rt.Store(folder / "roster.duckdb")
    elm, oak = people_of(ELM, "ELM1", "E1", "E2"), people_of(OAK, "OAK1", "O1", "O2")
    stored(store, "Avon", elm + oak[:1])
    stored(store, "Avon", elm + oak + people_of(ELM, "ELM1", "E1", "E3")[1:])
    stored(store, "Brook", people_of(BROOK, "BRK1", "B1", "B2"))
    store.set_profile("Brook", 'extends = "batch-upload"', f"from {BROOK}")
    return store


def stored(store: rt.Store, district: str, rows: list[dict[str, str]]) -> None:
    word = BROOK if district == "Brook" else OAK
    download = store.path.with_name(f"{word}.csv")
    schools = store.path.with_name("schools.csv")
    download.write_bytes(file_of(rows))
    named = {"ELM1": f"{ELM} School", "OAK1": f"{OAK} School", "BRK1": f"{BROOK} School"}
    there = sorted({row["schoolId"] for row in rows})
    lines = [f"{school},{named[school]}" for school in there]
    schools.write_text("\n".join(["schoolId,schoolName", *lines]))
    rt.import_data(
        download, store, district, schools=schools, label=f"{word} fall",
        accept=("RT412",) if store.path.exists() and district in store else (),
    )  # fmt: skip


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What every download button of the walk would hand over."""
    taken: list[bytes] = []

    def take(*_: object, data: Any, **__: object) -> bool:  # noqa: ANN401  as Streamlit takes it
        content = data() if callable(data) else data
        taken.append(content if isinstance(content, bytes) else str(content).encode())
        return False

    monkeypatch.setattr(st, "download_button", take)
    return taken


@pytest.fixture
def host(
    store: rt.Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[pytest.MonkeyPatch]:
    """A shared host with this store and this list, which offers sign-in."""
    listing = tmp_path / "access.toml"
    listing.write_text(LIST)
    monkeypatch.setenv("ROSTER_STORE", str(store.path))
    monkeypatch.setenv("ROSTER_ACCESS", str(listing))
    access.offer_sign_in()
    yield monkeypatch
    access._SIGN_IN_OFFERED.clear()  # noqa: SLF001  a server never stops offering it


def claims(email: str) -> dict[str, Any]:
    if not email:
        return {"is_logged_in": False}
    return {"is_logged_in": True, "email": email, "email_verified": True}


def visit(email: str, page: str, **address: str) -> AppTest:
    """A page, and what of a session tells where one is on it."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.user = claims(email)
    app.switch_page(f"app_pages/{page}.py")
    for name, word in address.items():
        app.query_params[name] = word
    return sound(app.run())


def handed_over(app: AppTest) -> str:
    """All that the server sent to the browser, tables unpacked."""
    elements = [*app.main, *app.sidebar]
    parts = [str(element.proto) for element in elements if hasattr(element, "proto")]
    parts += [frame.value.to_csv() for frame in app.dataframe]
    return " ".join(parts)


def met(seen: str) -> set[str]:
    """The canaries in it, in whatever case."""
    return {word for word in CANARIES if word.lower() in seen.lower()}


def content_of(store: rt.Store) -> dict[str, object]:
    """All that the store holds, but for who downloaded what."""
    tables = ("districts", "snapshots", "profiles", "people", "classes", "enrollments")
    content: dict[str, object] = {name: store.sql(f"FROM {name}").rows() for name in tables}
    return content | {"acts": store.sql("FROM acts WHERE act <> 'exported'").rows()}


def walk(email: str) -> Iterator[str]:
    """Everything that somebody can be shown: pages, sections, lists, searches, records."""
    for page in PAGES:
        yield handed_over(visit(email, page))
    app = visit(email, "roster")
    if not app.get("tab"):
        return
    for section in SECTIONS:
        app.session_state["section"] = section
        yield handed_over(sound(app.run()))
    app.session_state["section"] = "Browse"
    for listing in LISTS:
        app.session_state["list"] = listing
        yield handed_over(sound(app.run()))
    app.session_state["section"] = "Overview"
    for word in sorted(CANARIES):
        app.session_state["find-everywhere"] = word[:-2]  # so that what was typed is no hit
        yield handed_over(sound(app.run()))
    app.session_state["section"] = "Browse"
    for kind, key in RECORDS:
        app.session_state["desk"].opened[:] = [Step(app.selectbox[0].value, kind, key)]
        app.session_state["open"] = "1"
        yield handed_over(sound(app.run()))


@pytest.mark.slow
@pytest.mark.parametrize("email", PEOPLE)
def test_what_is_not_theirs_is_listed_found_shown_and_handed_over_nowhere(
    email: str, host: pytest.MonkeyPatch, downloads: list[bytes], store: rt.Store
) -> None:
    assert host
    before = content_of(store)

    seen = set().union(*(met(each) for each in walk(email)))

    assert seen == PEOPLE[email]
    taken = set().union(*(met(content.decode("utf-8", "replace")) for content in downloads))
    assert taken <= PEOPLE[email]
    assert bool(taken) == bool(PEOPLE[email])
    assert content_of(store) == before


@pytest.mark.slow
def test_on_ones_own_machine_the_walk_meets_everything(
    store: rt.Store, downloads: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROSTER_STORE", str(store.path))

    assert set().union(*(met(each) for each in walk(""))) == CANARIES
    assert downloads


# --- what somebody tries without a button ---------------------------------------------------------


def with_file(
    email: str, page: str, district: str | None, rows: Sequence[dict[str, str]] = ()
) -> AppTest:
    """A page with a file on the desk that is compared with a district."""
    desk = Desk(basis=Basis(district=district), owner=asker_of(email))
    desk.take("users.csv", file_of(rows or [student("O2", schoolId="OAK1")]))
    app = AppTest.from_file(APP, default_timeout=60)
    app.user, app.session_state["desk"] = claims(email), desk
    app.switch_page(f"app_pages/{page}.py")
    return sound(app.run())


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize("page", ["check", "impact"])
def test_a_file_is_not_checked_against_another_district(page: str) -> None:
    app = with_file("bea@brook.org", page, "Avon")

    review = app.session_state["desk"].review
    assert review is None or review.against is None
    assert met(handed_over(app)) == set()


@pytest.mark.usefixtures("host")
def test_a_schools_person_checks_a_file_against_their_school_and_does_not_process_it() -> None:
    app = with_file("sam@avon.org", "impact", "Avon")

    assert met(handed_over(app)) <= {ELM}
    assert not [button for button in app.button if button.key == "process" and not button.disabled]


#: Files without a record of anybody: whoever takes one is not written down.
HOLD_NOBODY = {"message.md", "users-template-batch-upload.csv", "what-was-done.csv"}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Name → bytes of every file that a page offers and that holds somebody's record."""
    files: dict[str, bytes] = {}

    def take(*_: object, data: Any, file_name: str, **__: object) -> bool:  # noqa: ANN401  as Streamlit takes it
        content = data() if callable(data) else data
        files[file_name] = content if isinstance(content, bytes) else str(content).encode()
        return False

    monkeypatch.setattr(st, "download_button", take)
    return files


def digests(store: rt.Store) -> set[str]:
    journal = store.journal("Avon").filter(act="exported", who="ana@avon.org")
    return set(journal["sha256"])


@pytest.mark.slow
@pytest.mark.usefixtures("host")
def test_who_takes_a_file_that_was_compared_with_a_district_is_written_down(
    store: rt.Store, taken: dict[str, bytes]
) -> None:
    rows = [student("N1", userEmail="", schoolId="ELM1"), student("E2 ", schoolId="ELM1"),
            student("N2", schoolId="None")]  # fmt: skip
    check = with_file("ana@avon.org", "check", "Avon", rows)
    check.session_state["view"] = "downloads"
    sound(check.run())
    check.session_state["view"] = "repair"
    sound(check.run())
    check.session_state["desk"].domain = "school.org"
    check.session_state["desk"].correct()
    sound(check.run())
    check.switch_page("app_pages/impact.py")
    sound(check.run())
    check.switch_page("app_pages/dictionary.py")
    sound(check.run())
    check.session_state["part"] = "addresses"
    sound(check.run())
    check.text_input(key="mail-domain").set_value("school.org")
    sound(check.run())

    held = {name: sha256(data).hexdigest() for name, data in taken.items()
            if name not in HOLD_NOBODY}  # fmt: skip
    assert set(held) == {"users-errors.xlsx", "users-errors.csv", "report.html", "changes.csv",
                         "review.json", "users.csv", "users-changes.csv",
                         "users-addresses.csv"}  # fmt: skip
    assert {name for name, digest in held.items() if digest not in digests(store)} == set()


def test_whatever_can_be_taken_is_written_down_or_holds_nobody() -> None:
    offering = {path: path.read_text(encoding="utf-8") for path in MODULES}
    offering = {path: text for path, text in offering.items() if "st.download_button(" in text}

    unwritten = {
        path.relative_to(REPOSITORY / "app_parts").as_posix()
        for path, text in offering.items()
        if "desk.download(" not in text and "exported(" not in text
    }

    # A learned profile, one of a portal, the template, and the list itself.
    assert unwritten == {
        "check/first_meeting.py", "portal/keep.py", "dictionary/columns.py", "roster/done.py",
    }  # fmt: skip


@pytest.mark.usefixtures("host")
def test_a_file_that_was_compared_with_no_district_is_nobody_elses_business(
    store: rt.Store, taken: dict[str, bytes]
) -> None:
    before = digests(store)
    check = with_file("ana@avon.org", "check", None)
    check.session_state["view"] = "downloads"
    sound(check.run())

    assert taken
    assert digests(store) == before


CHANGING = ("Class names", "Import", "Delete")


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize("page", ["check", "impact", "portal"])
def test_who_may_look_gets_the_page_of_the_district_in_place_of_one_that_changes(page: str) -> None:
    app = visit("leo@avon.org", page)

    assert [title.value for title in app.title] == ["District"]
    assert [tab.label for tab in app.tabs] == [s for s in SECTIONS if s not in CHANGING]


@pytest.mark.usefixtures("host")
def test_the_desk_of_one_person_is_not_given_to_another_at_the_same_tab() -> None:
    app = visit("ana@avon.org", "check")
    app.session_state["desk"].take("users.csv", b"mine")
    app.user = claims("bea@brook.org")

    app.run()

    assert app.session_state["desk"].name == ""


def test_an_open_page_takes_what_is_granted_now(host: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert host
    app = visit("leo@avon.org", "roster")
    app.session_state["section"] = "Browse"
    app.session_state["find-everywhere"] = OAK[:-2]
    assert met(handed_over(sound(app.run()))) == {ELM, OAK}

    for granted, seen in (('\nschools = ["ELM1"]', {ELM}), ("", {ELM, OAK})):
        (tmp_path / "access.toml").write_text(LIST.replace('"look"', f'"look"{granted}'))
        for section in ("Browse", "Overview", "Snapshots", "Compare"):
            app.session_state["section"] = section
            app.session_state["list"] = "student"
            assert met(handed_over(sound(app.run()))) - seen == set()
    (tmp_path / "access.toml").write_text(LIST.replace("leo@", "lea@"))

    assert "You have no access yet." in words_of(app.run())
    assert met(handed_over(app)) == set()


def test_a_page_that_was_drawn_before_hands_out_nothing_that_was_granted_then(
    host: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offered: dict[str, Any] = {}
    host.setattr(st, "download_button", lambda label, data, **_: offered.update({label: data}))
    app = visit("leo@avon.org", "roster")
    app.session_state["section"] = "Download your data"
    sound(app.run())
    users = offered["Download users.csv"]
    assert b"Oakcanary" in users()

    (tmp_path / "access.toml").write_text(LIST.replace('"look"', '"look"\nschools = ["ELM1"]'))

    with pytest.raises(NotAllowed, match="has changed since this page was drawn"):
        users()


@pytest.mark.usefixtures("host")
def test_a_desk_is_not_handed_on_once_its_owner_may_see_less_or_more() -> None:
    app = visit("ana@avon.org", "check")
    desk = app.session_state["desk"]
    desk.take("users.csv", b"mine")
    desk.owner = replace(
        desk.owner, grants={**desk.owner.grants, "Elsewhere": Grant(Role.LOOK, None)}
    )

    app.run()

    assert app.session_state["desk"].name == ""


# --- a page that is new ---------------------------------------------------------------------------

MODULES = [REPOSITORY / "app.py", *REPOSITORY.glob("app_pages/*.py"),
           *REPOSITORY.glob("app_parts/**/*.py")]  # fmt: skip


def stores_opened(source: str) -> list[int]:
    """Lines on which a store is opened past the door."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if ast.unparse(call.func) in {"rt.Store", "Store"}]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_store_is_opened_by_the_door_alone(module: Path) -> None:
    opened = stores_opened(module.read_text(encoding="utf-8"))

    assert bool(opened) == (module.name == "door.py")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_store_is_changed_by_what_is_granted_now(module: Path) -> None:
    """A dialog keeps the view with which it was opened; the desk opens the store anew."""
    source = module.read_text(encoding="utf-8")

    assert not re.search(r"view\.store\.(add|undo|forget|set_profile|undo_profile)\b", source)


@pytest.mark.parametrize("source", ["rt.Store()", "from roster_toolkit import Store\nStore(path)"])
def test_a_store_that_is_opened_past_the_door_is_found(source: str) -> None:
    assert stores_opened(source) != []


def test_every_page_says_to_whom_it_is_open_and_is_walked() -> None:
    scripts = {path.stem for path in REPOSITORY.glob("app_pages/*.py")}

    assert set(PAGES) == scripts == set(keys_of("app.py", "_PAGES"))


# --- what is said to who has no access ------------------------------------------------------------


@pytest.mark.usefixtures("host")
def test_a_list_without_the_server_that_asks_who_somebody_is_shows_nobody_anything() -> None:
    access._SIGN_IN_OFFERED.clear()  # noqa: SLF001  as where app.py is served

    app = visit("ana@avon.org", "roster")

    assert "Nobody can sign in here." in words_of(app)
    assert met(handed_over(app)) == set()


def test_a_slip_in_the_list_denies_everybody_and_is_told_in_the_log(
    host: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slip = tmp_path / "slip.toml"
    slip.write_text(LIST + '[[grant]]\nemail = "x@y.org"\n')
    host.setenv("ROSTER_ACCESS", str(slip))

    app = visit("ana@avon.org", "roster")

    assert "Nobody has access just now." in words_of(app)
    assert met(handed_over(app)) == set()
    assert "grant 5 is wrong: district must be a text" in caplog.text
    assert "@" not in caplog.text


def test_a_download_leaves_what_was_read_and_shows_in_the_list(
    store: rt.Store, host: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    for name in ("districts", "snapshots", "inactive_because", "find"):
        host.setattr(rt.Store, name, written_down(read, getattr(rt.Store, name)))
    app = visit("leo@avon.org", "roster")
    app.session_state["find-everywhere"] = ELM
    sound(app.run())
    read.clear()

    rt.Store(store.path, who="ana@avon.org").note_export("Avon", 1, "decade" * 10)
    sound(app.run())

    acts = next(f for f in app.dataframe if f.proto.alt.startswith("What was done")).value
    assert "decadedecade" in set(acts["SHA-256"])
    assert set(read) == {"districts"}  # to see whether the journal is theirs


def written_down(read: list[str], method: Any) -> Any:  # noqa: ANN401  any method of a store
    """The method, which writes its name down where it is used."""

    def used(*given: object, **named: object) -> object:
        read.append(method.__name__)
        return method(*given, **named)

    return used


@pytest.mark.usefixtures("host")
def test_what_was_done_names_who_did_it(store: rt.Store) -> None:
    rt.Store(store.path, who="ana@avon.org").note_export("Avon", 2, "c0ffee" * 10)

    app = visit("leo@avon.org", "roster")

    acts = next(f for f in app.dataframe if f.proto.alt.startswith("What was done")).value
    downloaded = acts[acts["what was done"] == "Downloaded: snapshot 2"]
    # Another test may have downloaded it in the same second.
    line = downloaded[downloaded["SHA-256"] == "c0ffeec0ffee"].iloc[0]
    assert (line["who"], line["SHA-256"]) == ("ana@avon.org", "c0ffeec0ffee")
