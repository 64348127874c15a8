# %% [markdown]
# # 3 · What happened to this district?
#
# *For the support analyst who is asked in November about something that went wrong in September.*
#
# A store keeps the roster of a district at every moment at which it was seen: each download that
# was imported, each file that was processed. So one can ask what changed, when, and by whose
# hand, for a district, a class, or one person.

# %% tags=["parameters"]
store_file = ""  # a store of rosters; blank takes that of the sample district
district = "Riverton"
person = ""  # a userId; blank takes somebody whose name was changed
folder = "../out/notebooks/history"

# %%
from pathlib import Path

import roster_toolkit as rt

story = rt.sample_story(Path(folder) / "riverton")
store = rt.Store(store_file or story.store)
store

# %%
here = store[district]
here

# %%
here.plot.timeline()

# %% [markdown]
# ## What changed between two moments
#
# The last snapshot of the sample is a download that was made *after* people had edited the roster
# in the portal. Compared with the one before, which a processed file had left behind, it shows
# just those edits: the **drift**.

# %%
drift = here.compare()
drift

# %%
drift.changes.filter(rt.col("field") != "").select("kind", "field", "before", "after").head(8)

# %% [markdown]
# Lines with a blank field are records that came or went. Which fields do people correct by hand,
# and how often?

# %%
drift.changes.group_by("kind", "field").len(name="changes").sort("changes", descending=True)

# %% [markdown]
# ## One person
#
# IDs change, names change, schools change. A history follows the person through all of it.

# %%
named = drift.changes.filter(rt.col("field") == "userLastName")["key"].to_list()
person = person or (named[0] if named else here.roster().people["userId"][0])
here.history(person).select(
    "since", "until", "userId", "userFirstName", "userLastName", "userEmail"
)

# %%
here.classes_of(person)

# %% [markdown]
# ## One class

# %%
group = here.classes_of(person)["classId"].drop_nulls()[0]
here.class_history(group).select("since", "until", "classId", "className", "schoolId", "active")

# %%
here.members_of(group).head(8)

# %% [markdown]
# ## A question of your own
#
# A district is asked in SQL, too. Its roster is in `people`, `classes`, `enrollments`,
# `memberships` and `schools`; its past is in `snapshots` and in `history`, where each record stands
# once for each time in which it did not change. A question can change nothing and sees no other
# district. How much came or changed with each snapshot?

# %%
here.sql("""
    SELECT s.snapshot, s.label, count(*) FILTER (kind = 'student') AS students,
        count(*) FILTER (kind = 'staff') AS staff, count(*) FILTER (kind = 'class') AS classes,
        count(*) FILTER (kind = 'enrollment') AS enrollments
    FROM history h JOIN snapshots s ON h.valid_from = s.snapshot
    GROUP BY ALL ORDER BY s.snapshot
""")

# %% [markdown]
# Questions about all districts go to the store, whose views are listed in docs/store.md. And any
# two moments are compared in one line, also with a file:

# %%
rt.compare(here.against(here.snapshots[0].number), here)

# %% [markdown]
# ## Will it be undone?
#
# The next file of the sample was made from September's, so it does not know what was corrected in
# the portal since. Uploaded as it is, it would undo those corrections. Nobody would notice for
# weeks.

# %%
review = rt.review(story.upload, against=rt.Store(story.store)[story.district],
                   previous_upload=story.previous)  # fmt: skip
review.select(code="RT413").by("column")

# %% [markdown]
# ## The same from the command line
#
# Asked for the same comparison and the same file, the command line must count the same.

# %%
numbers = [snapshot.number for snapshot in here.snapshots]
told = rt.command_line(
    "snapshot", "compare", *numbers[-2:], "--store", store.path, "--district", here.name
)
next_file = rt.command_line(
    "check", story.upload, "--store", story.store, "--district", story.district,
    "--uploaded", story.previous,
)  # fmt: skip

assert len(told["changes"]) == drift.changes.height
assert told["counts"] == {
    kind.value: {outcome.value.replace(" ", "_"): n for outcome, n in counts.items()}
    for kind, counts in drift.counts.items()
}
assert next_file["rows"]["accepted"] == review.rows.accepted
assert next_file["findings"]["by_rule"] == dict(review.by_rule)
assert next_file["file"]["sha256"] == review.upload.sha256
f"{drift.changes.height} changes by hand; {len(review.causes)} problems in the next file."
