"""Evidence that lies: what people mislabel, mix up or get from somebody else."""

from __future__ import annotations

from .portal import Portal

REFUSED_AS_ACCEPTED = "a refused file called accepted"
ACCEPTED_ELSEWHERE = "an accepted file of another portal"
REPORT_OF_ANOTHER_UPLOAD = "the report of another upload"
REPORT_OF_ANOTHER_PORTAL = "the report of another portal"
TEMPLATE_OF_ANOTHER_PORTAL = "the template of another portal"

LIES = (
    REFUSED_AS_ACCEPTED,
    ACCEPTED_ELSEWHERE,
    REPORT_OF_ANOTHER_UPLOAD,
    REPORT_OF_ANOTHER_PORTAL,
    TEMPLATE_OF_ANOTHER_PORTAL,
)

Pair = tuple[bytes, bytes]


def told_with(
    portal: Portal,
    lie: str,
    *,
    template: bytes,
    accepted: list[bytes],
    refused: list[Pair],
    seed: int = 77,
    rows: int = 600,
) -> tuple[bytes, list[bytes], list[Pair]]:
    """The true evidence with one lie added; a false template takes the place of the true one."""
    other = Portal(portal.seed + 100_000, hard=portal.hard, held_out=portal.held_out)
    upload = portal.file(seed, rows)
    match lie:
        case "a refused file called accepted":
            return template, [*accepted, upload], refused
        case "an accepted file of another portal":
            return template, [*accepted, other.good_file(seed, rows)], refused
        case "the report of another upload":
            return (
                template,
                accepted,
                [*refused, (upload, portal.report(portal.file(seed + 1, rows)))],
            )
        case "the report of another portal":
            foreign = other.file(seed, rows)
            return template, accepted, [*refused, (upload, other.report(foreign))]
        case "the template of another portal":
            return other.template(), accepted, refused
        case _:
            raise ValueError(lie)
