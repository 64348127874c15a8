# %% [markdown]
# # 2 · What would this file do?
#
# *For whoever answers for the roster: an enrollment manager, a district administrator.*
#
# The portal counts what it did after it did it. This notebook counts before: how many records
# would be created, updated, left alone, removed or rejected; at which schools; what exactly would
# change; and who else would lose a class.

# %% tags=["parameters"]
file = ""  # a users.csv; blank takes that of the sample district
store_file = ""  # a store of rosters; blank takes that of the sample
district = "Riverton"
previous = ""  # what was uploaded last, if you have it
season = "in-year"  # in-year, rollover or first: how much change is usual
folder = "../out/notebooks/impact"

# %%
from pathlib import Path

import roster_toolkit as rt

story = rt.sample_story(Path(folder) / "riverton")
sample = not file
file = file or story.upload
previous = previous or (story.previous if sample else None)
store = rt.Store(store_file or story.store)

review = rt.review(file, against=store[district], season=season, previous_upload=previous)
review.impact

# %% [markdown]
# *Not mentioned* are records of the roster about which the file says nothing. Nothing happens to
# them: leaving a row out removes nobody.

# %%
review.plot.impact()

# %% [markdown]
# ## Where it happens
#
# Schools that deserve a look stand on top. Each field shows how many records of that kind do not
# stay as they are, and the darker it is, the larger their share.

# %%
review.plot.schools()

# %%
review.by_school.filter(rt.col("mass_change"))

# %% [markdown]
# A school of which nearly every student changes may be right (new addresses for everybody) or a
# disaster (a column that slipped). The guard does not know which; it makes sure that somebody
# looks. So: **what** changes there?

# %%
review.sql("""
    SELECT c.kind, c.field, count(*) AS records, any_value(c.before) AS for_example_before,
        any_value(c.after) AS after
    FROM changes c JOIN people p ON p.key = c.key AND p.kind = c.kind
    WHERE p.school IN (SELECT school FROM schools WHERE mass_change) AND c.field <> 'record'
    GROUP BY ALL ORDER BY records DESC
""")

# %% [markdown]
# ## Blast radius
#
# One row can remove a class, and a class takes its enrollments along: those of people who do not
# stand in this file, too. The portal never says so. Here are the classes that would go:

# %%
removed = review.records("class", "removed")
removed

# %%
review.record("class", removed["key"][0]) if len(removed) else "No class would be removed."

# %% [markdown]
# ## The same people under new numbers
#
# When a student information system hands out new IDs, a naive comparison sees some people leave
# and others arrive, and their history is lost. They are recognized here by address and name, and
# count as one update.

# %%
review.select(code="RT403").findings.select("value", "severity")

# %% [markdown]
# ## What the schools corrected in the portal
#
# Edits made in the portal are not in the customer's file. With the last upload at hand, the
# review knows which of them this file would undo:

# %%
review.select(code="RT413").by("column")

# %% [markdown]
# ## As it is, and as it could be
#
# The same preview after the safe fixes: fewer records with errors, and nothing else lost.

# %%
repaired = review.repair().review
repaired.impact

# %% [markdown]
# ## Does it add up?
#
# Every row and every record ends in exactly one bucket. The command line counts again, by itself;
# if the file had changed since the top of this notebook, this cell would fail.

# %%
uploaded = ["--uploaded", previous] if previous else []
told = rt.command_line(
    "check", file, "--store", store.path, "--district", district, "--season", season, *uploaded
)
mine = {
    kind.value: {outcome.value.replace(" ", "_"): n for outcome, n in outcomes.items()}
    for kind, outcomes in review.impact.totals.items()
}

assert told["rows"]["accepted"] + told["rows"]["rejected"] == told["file"]["rows"]
assert told["rows"]["accepted"] == review.rows.accepted
assert told["impact"] == mine
assert told["unmentioned"] == {kind.value: n for kind, n in review.impact.unmentioned.items()}
assert told["file"]["sha256"] == review.upload.sha256
f"{sum(map(sum, (each.values() for each in mine.values()))):,} records, each in one bucket."
