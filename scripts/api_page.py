"""The public API as a page, from its docstrings."""  # noqa: INP001 - a script is no package

from __future__ import annotations

import ast
import enum
import inspect
import re
import textwrap
from collections.abc import Iterator

import roster_toolkit as rt

INTRODUCTION = """# The Python API

Everything is one import, `import roster_toolkit as rt`; a name is loaded when it is first used.
Each object shows itself, as a sentence in a terminal and as tables in a notebook, and whatever goes
wrong is a `ToolkitError` with a sentence. Frames are Polars frames.

```python
import roster_toolkit as rt

store = rt.Store("roster.duckdb")
review = rt.review("users.csv", against=store["Riverton"])
review  # the verdict, the causes in the order of correction, the impact
review.select(category="userGrade").page(1)
review.sql("SELECT code, count(*) FROM findings GROUP BY ALL")
review.plot.causes()
```

The examples below are run by the tests. They take for granted `story = rt.sample_story(folder)`,
`store = rt.Store(story.store)`, `riverton = store["Riverton"]`,
`review = rt.review(story.upload, against=riverton)`, `file = "data/samples/bad-grades.csv"`, and
`reviews`, which are those of two files of `data/samples`, and `results`, the folder in which
a batch of these two was kept.

"""
#: Heading → names; what stands in no list comes last.
SECTIONS = {
    "Review a file": (
        "review", "Review", "Verdict", "Cause", "ToldCause", "Selection", "Repair",
        "compare", "compare_attempts", "review_files", "Reviews", "Batch", "read_upload",
        "Upload",
        "apply_fixes", "fill_placeholder_addresses", "Placeholders",
    ),
    "What a file would do": (
        "Impact", "Kind", "Outcome", "mass_changes", "removed_classes",
    ),
    "Districts over time": (
        "Store", "StoredDistrict", "Snapshot", "ProfileVersion", "Roster", "Directory",
        "import_data", "Imported",
        "Part", "process", "Processed", "difference", "Difference", "difference_csv", "users_csv",
        "read_oneroster", "profile_of_source", "key_at", "DisplayNames",
    ),
    "Profiles and rules": (
        "load_profile", "profile_of_text", "profile_names", "Profile", "catalogue", "Rule", "rule",
        "col", "explain", "explain_lines", "Explanation", "told_rules", "ToldRule", "ExampleTable",
        "dictionary_rows", "DictionaryRow", "template_csv", "pandera_schema",
        "Severity", "Evidence", "Fix",
    ),
    "Learn a portal": ("calibrate", "Calibration", "Proposal"),
    "Samples": ("sample_story", "Story", "sample_district", "sample_portal", "Papers"),
    "Errors": ("ToolkitError", "UnreadableFile", "ProfileError", "UsageError"),
}  # fmt: skip
#: Classes that people make themselves; the others are given out.
_MADE_BY_HAND = {"Store", "Directory"}
_WIDTH = 96


def api_page() -> str:
    """The page."""
    placed = {name for names in SECTIONS.values() for name in names}
    sections = {**SECTIONS, "More": tuple(n for n in rt.__all__ if n not in placed)}
    parts = [INTRODUCTION]
    for heading, names in sections.items():
        if names:
            parts.append(f"## {heading}\n\n")
            parts += [_entry(name) for name in names]
    return "".join(parts).rstrip("\n") + "\n"


def _entry(name: str) -> str:
    found = inspect.unwrap(getattr(rt, name))
    lines = [f"### {name}", "", *_signature(name, found), *_prose(inspect.getdoc(found) or "")]
    if inspect.isclass(found):
        lines += [*_members(found)]
    return "\n".join(lines).rstrip("\n") + "\n\n"


def _signature(name: str, found: object) -> Iterator[str]:
    """How a function is called; a class says so where people make one themselves."""
    if not callable(found) or (inspect.isclass(found) and name not in _MADE_BY_HAND):
        return
    yield "```python"
    yield from _called(f"rt.{name}", inspect.signature(found))
    yield "```"
    yield ""


def _called(name: str, signature: inspect.Signature) -> Iterator[str]:
    parameters = [each for each in signature.parameters.values() if each.name != "self"]
    told = [_parameter(each) for each in parameters]
    by_name = (n for n, each in enumerate(parameters) if each.kind is each.KEYWORD_ONLY)
    first = next(by_name, None)
    if first is not None:
        told.insert(first, "*")
    gives = signature.return_annotation
    end = "" if gives in {inspect.Signature.empty, None, "None"} else f" -> {gives}"
    line = f"{name}({', '.join(told)}){end}"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"{name}("
    yield from (f"    {each}," for each in told)
    yield f"){end}"


def _parameter(given: inspect.Parameter) -> str:
    stars = {given.VAR_KEYWORD: "**", given.VAR_POSITIONAL: "*"}.get(given.kind, "")
    kind = "" if given.annotation is given.empty else f": {given.annotation}"
    if given.default is given.empty:
        return f"{stars}{given.name}{kind}"
    default = given.default
    plain = default.value if isinstance(default, enum.Enum) else default
    shown = f'"{plain}"' if isinstance(plain, str) else repr(plain)
    return f"{stars}{given.name}{kind} = {shown}"


def _prose(text: str) -> Iterator[str]:
    """A docstring: prose as it is, examples as code."""
    in_code = False
    for line in text.split("\n"):
        begins = line.startswith(">>> ")
        if begins and not in_code:
            in_code = True
            yield "```pycon"
        elif in_code and not line.strip():
            in_code = False
            yield "```"
        yield line
    if in_code:
        yield "```"
    yield ""


def _members(found: type) -> Iterator[str]:
    """Fields, values, properties and methods, each with its first sentence."""
    told = {**_fields(found)}
    for name, member in _public(found):
        if name in told:
            continue
        plain = member.fget if isinstance(member, property) else getattr(member, "func", member)
        text = _first(inspect.getdoc(plain) or "")
        if not text:
            continue
        if inspect.isfunction(plain) and plain is member:
            call = "".join(_called(f".{name}", inspect.signature(plain)))
            told[name] = f"`{_short(call)}`: {text}"
        else:
            told[name] = f"`.{name}`: {text}"
    for line in told.values():
        wrapped = textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False,
                                initial_indent="- ", subsequent_indent="  ")  # fmt: skip
        yield from wrapped
    if told:
        yield ""


def _short(call: str) -> str:
    """A call without the kinds of its parameters."""
    inside, _, gives = call.partition(" -> ")
    name, _, rest = inside.partition("(")
    names = re.findall(r"(?:^|[,(] ?| {4})(\*{0,2}[a-z_]+|\*)(?=[:,)=]|$)", rest)
    told = ", ".join(names)
    return f"{name}({told})" + (f" -> {gives}" if gives else "")


def _public(found: type) -> Iterator[tuple[str, object]]:
    for home in reversed(found.__mro__):
        if not home.__module__.startswith("roster_toolkit"):
            continue
        for name, member in vars(home).items():
            if not name.startswith("_") and (
                inspect.isfunction(member)
                or isinstance(member, property)
                or type(member).__name__ == "cached_property"
            ):
                yield name, member


def _fields(found: type) -> dict[str, str]:
    """Fields and values of enums with what is written beneath each."""
    told: dict[str, str] = {}
    for home in reversed(found.__mro__):
        if not home.__module__.startswith("roster_toolkit"):
            continue
        (node,) = ast.parse(textwrap.dedent(inspect.getsource(home))).body
        body = node.body if isinstance(node, ast.ClassDef) else []
        for line, after in zip(body, [*body[1:], None], strict=True):
            name = _field_name(line)
            if name is None or name.startswith("_"):
                continue
            is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            text = _first(str(after.value.value)) if is_text else ""  # type: ignore[union-attr]
            told[name] = f"`.{name}`: {text}" if text else f"`.{name}`"
    return told


def _field_name(line: ast.stmt) -> str | None:
    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
        return line.target.id
    if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
        return line.targets[0].id
    return None


def _first(text: str) -> str:
    """The first paragraph of a docstring, in one line."""
    return " ".join(text.strip().split("\n\n")[0].split())
