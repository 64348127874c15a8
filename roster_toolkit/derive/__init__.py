"""Everything that follows from profile and rules, with nothing written by hand.

Template, dictionary, explanations and the Pandera schema. Pandera takes a second to load and is
imported only when a schema is asked for.
"""

from roster_toolkit.derive.dictionary import DictionaryRow, absent_columns, dictionary_rows
from roster_toolkit.derive.explain import (
    ExampleTable,
    Explanation,
    example_table,
    explain,
    explain_lines,
)
from roster_toolkit.derive.pandera_schema import pandera_schema
from roster_toolkit.derive.rule_words import ToldRule, told_rule, told_rules
from roster_toolkit.derive.template import template_csv

__all__ = [
    "DictionaryRow",
    "ExampleTable",
    "Explanation",
    "ToldRule",
    "absent_columns",
    "dictionary_rows",
    "example_table",
    "explain",
    "explain_lines",
    "pandera_schema",
    "template_csv",
    "told_rule",
    "told_rules",
]
