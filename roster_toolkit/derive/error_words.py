"""The words in which portals, tools and people speak of faults, whatever the fault.

They say nothing about a column or a rule: those are compared with what the rules say of themselves.
"""

from __future__ import annotations

#: What a message says in several words, as an expression, and the word of the rules for it.
PHRASES = {
    r"not found|(does not|doesn't|did not) exist|no such": "unknown",
    r"(already )?in use|already (exists?|taken|used)|not unique|must be unique": "shared",
    r"case[ -]sensitive": "capitals",
    r"left out|left blank|not (provided|specified|filled)": "missing",
    r"wrong columns?": "shifted",
    r"\d+ (columns|fields|values)": "cells",
}
_GROUPS = """
    invalid incorrect wrong bad unaccepted malformed valid accepted allowed permitted format
    invalid unaccepted recognized recognised
    missing blank empty required mandatory absent null fill incomplete
    duplicate duplicated repeated shared several twice unique multiple
    misspelled misspelling typo unknown unexpected unrecognized unrecognised extra belong
    conflicting contradict mismatch different inconsistent disagree differ conflict match
    capitalised capitalized capitals case uppercase lowercase capitalization
    delimiter separated separator comma commas semicolon semicolons tabs
    encoding garbled accents mojibake characters letters
    remove removed removal removes delete deleted
    oversized many large limit exceeds exceeded maximum size
    header headers heading column columns
    space spaces whitespace white trailing leading invisible
    unreadable corrupt corrupted opened workbook excel
    ragged cells fields
    shifted misaligned misplaced offset
    placeholder dummy
    example sample
    unclosed unterminated
"""
#: Words that mean the same, or nearly, in the language of errors.
SAME = tuple(frozenset(line.split()) for line in _GROUPS.strip().splitlines())
_FILLERS = """
    a an and appear appears are as at be been but by can could did do does error errors expected
    field file for found from has have id in is it its like line look looks more must no not of on
    one or please record row rows than that the there this to uses value values was were will with
    you your
"""
#: Words that tell one fault from another in no message.
IDLE = frozenset(word for line in _FILLERS.splitlines() for word in line.split())
