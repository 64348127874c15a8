"""Dictionary and rules: what may be in a users.csv, what is wrong where it is not so, and why."""

from __future__ import annotations

import streamlit as st

import roster_toolkit as rt
from app_parts.dictionary.columns import (
    choose_profile,
    columns,
    evidence_in_words,
    template,
    usual_kind,
)
from app_parts.dictionary.placeholders import placeholders
from app_parts.dictionary.rules import find_rules, paste, rules
from app_parts.mask import masking, turn_off
from app_parts.sample import sample_banner
from app_parts.session import desk
from app_parts.url_state import choose_part, read_place, write_place

_PARTS = {"columns": "Columns", "rules": "Rules", "template": "Template",
          "addresses": "Addresses for students"}  # fmt: skip

here = desk()
place = {"part": "columns", "rule": None, "kind": usual_kind(here)}
read_place(place)
st.title("Dictionary and rules")
sample_banner(here)
left, right = st.columns([2, 1], gap="large")
with right:
    profile = choose_profile(here)
rules_by_code = {rule.code: rule for rule in rt.told_rules(profile)}
with left:
    pasted = paste()
if pasted:
    find_rules(pasted, profile, rules_by_code, here)
parts = {name: title for name, title in _PARTS.items()
         if name != "addresses" or here.asker.checks_anywhere}  # fmt: skip
part = choose_part("Part of the dictionary", parts, key="part", usual="columns")
match part:
    case "rules":
        rules(rules_by_code, here)
    case "template":
        template(profile)
    case "addresses" if masking():
        turn_off("Addresses are filled into the file as it is.")
    case "addresses":
        placeholders(here, profile)
    case _:
        columns(profile)
with st.expander("What do confirmed, inferred, assumed and seen mean?", expanded=part == "columns"):
    evidence_in_words()
write_place(place)
