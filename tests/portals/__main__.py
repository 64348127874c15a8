"""Measure the learning over many imagined portals: `python -m tests.portals --count 200`."""

from __future__ import annotations

import argparse

from .measure import all_measured, explained, told


def main() -> None:
    """Print agreement before and after, by kind of difference, and the worst five."""
    parser = argparse.ArgumentParser(prog="python -m tests.portals", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many portals")
    parser.add_argument("--seed", type=int, default=1, help="the number of the first")
    parser.add_argument("--only", type=int, help="this one alone, and why")
    parser.add_argument("--hard", action="store_true", help="the hard ones")
    parser.add_argument("--held-out", action="store_true", help="of words that nobody learned by")
    parser.add_argument("--lies", action="store_true", help="with a source that lies, too")
    parser.add_argument("--papers", action="store_true", help="with dictionary and help page, too")
    parser.add_argument("--jobs", type=int, default=1, help="in so many processes")
    asked = parser.parse_args()
    if asked.only is not None:
        print("\n".join(explained(asked.only, hard=asked.hard, held_out=asked.held_out)))
    seeds = [asked.only] if asked.only is not None else range(asked.seed, asked.seed + asked.count)
    results = all_measured(
        seeds,
        jobs=asked.jobs,
        hard=asked.hard,
        held_out=asked.held_out,
        lies=asked.lies,
        papers=asked.papers,
    )
    print("\n".join(told(results)))


if __name__ == "__main__":
    main()
