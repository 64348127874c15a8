"""One program for each who does a part of our work: `python -m benchmarks.contenders.NAME FILE`.

Each prints what its work took without reading, and how many rows it found at fault by each rule,
or records that came, went and changed. Those of other makers run in an environment of their own.
"""
