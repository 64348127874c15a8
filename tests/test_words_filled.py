"""Every sentence of the catalogue is whole: no open place, no word said twice, nothing empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from making import HEADER, file_of, in_class, student, teacher
from test_rules import judged

from roster_toolkit.model import Rule
from roster_toolkit.profile import load_profile
from roster_toolkit.report.headings import heading, what_to_do
from roster_toolkit.report.words import Words, findings_of_row
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.rules.examples import example_profile
from roster_toolkit.rules.registry import catalogue
from roster_toolkit.samples import hard_mixture, sample_district

_OPEN = re.compile(
    r"[{}]"  # a place that nobody filled
    r"|\b(\w+)(?: (?:the|a|its))? \1\b"  # a word twice: “the column the column”
    r"|  |\s[.,;:!?](?:\s|$)|[.,;:]{2}|“”|\(\)|\bNone\b"
)


def unfinished(text: str) -> str | None:
    """What is wrong with a sentence, or None."""
    found = _OPEN.search(text)
    return f"{found[0]!r} in {text!r}" if found else None


@pytest.mark.parametrize("text", ["Add the column the column.", "The {value} is", "is: ."])
def test_an_unfinished_sentence_is_found(text: str) -> None:
    assert unfinished(text)


def sentences(rule: Rule) -> Iterator[str]:
    profile = example_profile(rule.shown_with)
    for key in [None, *profile.columns]:
        for words in (Words(profile), Words(profile, values=False)):
            yield words.message(rule, key, "v", "w")
            yield words.message(rule, key, "v")
            yield words.message(rule, key, "")
            yield words.how_to_fix(rule, key)
    grades = [key for key in profile.columns if key.endswith("Grade")]
    two = tuple(grades or profile.columns)[:2]
    yield words.message(rule, None, "v", columns=two)
    yield from (rule.title, rule.fix_many)
    yield rule.many.format(n="2", rows="2 rows", column="userGrade and classGrade")


@pytest.mark.parametrize("rule", catalogue().values(), ids=lambda rule: rule.code)
def test_the_sentences_of_a_rule_are_whole(rule: Rule) -> None:
    assert [text for text in map(unfinished, sentences(rule)) if text] == []


def causes_in_words(result: Review) -> Iterator[str]:
    for words in (Words(result.profile), Words(result.profile, values=False)):
        for cause in result.causes:
            yield heading(cause, result, words)
            yield what_to_do(cause, result, words)


@pytest.mark.parametrize("rule", catalogue().values(), ids=lambda rule: rule.code)
def test_the_causes_of_an_example_are_told_in_whole_sentences(rule: Rule) -> None:
    result = judged(rule, "bad")

    assert [text for text in map(unfinished, causes_in_words(result)) if text] == []


#: Each is made when a test asks for it, not for those who only list the tests.
FILES: dict[str, Callable[[], bytes]] = {
    "mixture": lambda: hard_mixture(3, load_profile()).csv,
    "district": lambda: sample_district(1000, seed=4, fault_rate=0.2, profile=load_profile()).csv,
    "no header of ours": lambda: b"a,b,c\n1,2,3\n4,5,6\n",
    "no header": lambda: b"\n".join(file_of([student(), student("S2")]).split(b"\n")[1:]),
    "other names": lambda: (
        file_of([in_class(teacher())]).replace(b"user", b"usr_").replace(b"Id", b" ID")
    ),
    "names too many": lambda: file_of([student()], [*HEADER, "", "x"]),
    "blank names": lambda: file_of([student()], [*HEADER, ""]),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_the_causes_of_a_file_are_told_in_whole_sentences(data: Callable[[], bytes]) -> None:
    result = review(data())

    assert [text for text in map(unfinished, causes_in_words(result)) if text] == []


def test_the_errors_of_a_row_are_told_in_whole_sentences() -> None:
    result = review(FILES["district"]())
    rows = result.findings["row"].drop_nulls().unique().sort()[:40]

    for row in rows:
        lines = findings_of_row(result, row)
        for text in [*lines["message"], *lines["how_to_fix"]]:
            assert unfinished(text) is None
