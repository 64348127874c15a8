"""rules: one line per rule."""

from __future__ import annotations

import typer

from roster_toolkit.cli.options import DEFAULT_PROFILE, DictionaryOption
from roster_toolkit.cli.terminal import COMMAND, emit_text


def rules(*, profile: DictionaryOption = DEFAULT_PROFILE) -> None:
    r"""List the rules, each with its severity and how it is known.

    \b
    Example:
      python -m roster_toolkit rules
    """
    from roster_toolkit.profile import load_profile
    from roster_toolkit.rules.registry import rules_of

    in_force = rules_of(load_profile(profile)).values()
    lines = [
        f"{rule.code}  {rule.severity.value:<7}  {rule.evidence.value:<9}  "
        f"{rule.name:<26}  {rule.title}"
        for rule in in_force
    ]
    lines.append("")
    lines.append(f"{COMMAND} explain CODE says more about one.")
    emit_text("\n".join(lines) + "\n")
    raise typer.Exit
