"""Every public name explains itself, and its example is true."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import roster_toolkit as rt

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def at_hand(story: rt.Story, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an example may use without saying where it comes from; docs/api.md lists it."""
    store = rt.Store(story.store)
    file = REPOSITORY / "data" / "samples" / "bad-grades.csv"
    results = tmp_path_factory.mktemp("results")
    two = [file, file.with_name("bad-emails.csv")]
    rt.review_files(two, executor="processes", jobs=1, out=results)
    return {
        "rt": rt,
        "story": story,
        "store": store,
        "riverton": store[story.district],
        "review": rt.review(story.upload, against=store[story.district]),
        "file": file,
        "folder": tmp_path_factory.mktemp("folder"),
        "reviews": rt.review_files(two),
        "results": results,
    }


def examples() -> Iterator[doctest.DocTest]:
    """The examples of every public name and of the methods of every public class."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in rt.__all__:
        found = inspect.unwrap(getattr(rt, name))
        if inspect.isclass(found) or inspect.isfunction(found):
            module = inspect.getmodule(found)
            tests = finder.find(found, f"rt.{name}", module=module)
            yield from (test for test in tests if test.examples)


EXAMPLES = {example.name: example for example in examples()}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_true(
    name: str, at_hand: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(REPOSITORY)
    said: list[str] = []
    example = EXAMPLES[name]
    example.globs = dict(at_hand)

    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=said.append)

    assert said == []


@pytest.mark.parametrize("name", rt.__all__)
def test_a_public_name_says_what_it_is_in_a_sentence(name: str) -> None:
    wording = inspect.getdoc(getattr(rt, name)) or ""

    assert wording.split("\n")[0].strip().endswith((".", "`.", "?"))


@pytest.mark.parametrize("name", rt.__all__)
def test_a_public_name_has_an_example(name: str) -> None:
    assert any(example == f"rt.{name}" or example.startswith(f"rt.{name}.") for example in EXAMPLES)
