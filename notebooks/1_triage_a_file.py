# %% [markdown]
# # 1 · A customer's file does not go in. What now?
#
# *For the support analyst with a ticket open and a `users.csv` attached.*
#
# The portal answers such a file with one line per error, and there may be thousands. This
# notebook answers three questions instead: **would it go in, what is really wrong, and what do I
# write back?** Run it on the sample district first. Then put your own file in the cell below and
# run everything again; nothing leaves this machine.

# %% tags=["parameters"]
file = ""  # a users.csv; blank takes that of the sample district
against = ""  # a download of current data, if you have one; blank for the sample's store
folder = "../out/notebooks/triage"  # where the sample and the answers go

# %%
from pathlib import Path

import roster_toolkit as rt

story = rt.sample_story(Path(folder) / "riverton")
store = rt.Store(story.store)
file = file or story.upload
known = against or (store[story.district] if file == story.upload else None)

review = rt.review(file, against=known)
review

# %% [markdown]
# The sentence on top is the answer to the first question. The table below it is the answer to the
# second: **problems, not errors.** A problem (a *cause* in code) is whatever one fix clears, and
# the biggest wins come first. "Grade 3" instead of 3 throughout a column is *one* thing to fix,
# however many rows it spoils.

# %%
review.plot.causes()

# %% [markdown]
# The full part of each bar is what that one fix clears by itself. Where a bar is pale, the
# rows have another error besides, and clear only when both are gone.
#
# The portal sorts its own report by error category, so the customer will speak of those:

# %%
review.plot.categories()

# %% [markdown]
# ## Into the rows
#
# Every number leads to the rows behind it. Click through them: category, rule, school, value, rows.

# %%
review.select()

# %% [markdown]
# Whatever is named narrows, one or several at a time: `review.select(code=["RT102", "RT103"],
# school="0109")`. Take the first problem: where does it sit, and what does such a row look like?
# (`selected.frame()` gives all its rows, for whatever you do next.)

# %%
first = review.causes[0] if review.causes else None
selected = review.select(cause=first)
selected.by("school")

# %%
selected.first(5)

# %% [markdown]
# One row, with everything that is wrong in it, in the words that the customer should read:

# %%
review.row(int(selected.rows[0])) if len(selected.rows) else "No row is at fault."

# %% [markdown]
# A customer on the phone does not give you a row number but a person. `search` takes an ID, a
# class or an address, and finds rows without errors too.

# %%
someone = review.upload.cells["userId"][-2]
review.search(someone)

# %% [markdown]
# ## A question of your own
#
# When the ready-made answers run out, ask in SQL. The tables are `findings`, `causes`, `rows`,
# and with a roster `changes`, `people`, `classes`, `enrollments` and `schools`. Which schools
# send rows that are rejected, and what share of theirs is that?

# %%
review.sql("""
    SELECT "schoolId", count(*) AS rows, count(*) FILTER (outcome = 'rejected') AS rejected,
        round(100 * rejected / count(*), 1) AS percent
    FROM rows WHERE outcome <> 'blank' GROUP BY ALL ORDER BY rejected DESC LIMIT 8
""")

# %% [markdown]
# ## What can be fixed without asking
#
# Some problems have one fix that loses nothing: "grade 7" can mean nothing but 7. Those are
# `safe`. Others are probably right, but a person must confirm them. Nothing is written over: a
# fix makes a copy and checks it again at once.

# %%
review.repairs

# %%
repair = review.repair()
repair.progress

# %% [markdown]
# Somebody at the district confirmed a few of the others? Name the problems themselves:

# %%
may_be = set(review.repairs.filter(rt.col("kind") == "confirm")["code"])
likely = [problem for problem in review.causes if problem.code in may_be]
review.repair(confirm=likely).progress

# %% [markdown]
# ## The answer to the customer
#
# A message without a single cell of the file in it, so that it may stand in a ticket, and the
# customer's own rows with the errors beside them, to be corrected in place and sent back.

# %%
print(review.message())

# %%
answers = Path(folder) / "answers"
answers.mkdir(parents=True, exist_ok=True)
(answers / "users-errors.csv").write_bytes(review.errors_csv(rejected=True))
(answers / "users-fixed.csv").write_bytes(repair.fixed.data)
(answers / "message.md").write_text(review.message(), encoding="utf-8")
sorted(path.name for path in answers.iterdir())

# %% [markdown]
# ## Hand it on
#
# A colleague without Python reads this notebook as a page. Charts stay, and the lines above still
# open; nothing is fetched from the network:
#
# `jupyter nbconvert --to html --config offline.json 1_triage_a_file.ipynb`
#
# ## Can this be trusted?
#
# The command line checks the same file once more, in a process of its own. If anybody changed the
# file since the top of this notebook, or if the two roads disagreed, this cell would fail.

# %%
roster = ["--against", against] if against else []
if known and not against:
    roster = ["--store", story.store, "--district", story.district]
told = rt.command_line("check", file, *roster)

assert told["rows"]["accepted"] == review.rows.accepted
assert told["rows"]["rejected"] == review.rows.rejected
assert told["findings"]["by_rule"] == dict(review.by_rule)
assert told["findings"]["by_category"] == dict(review.by_category)
assert len(told["causes"]) == len(review.causes)
assert told["file"]["sha256"] == review.upload.sha256
f"{told['findings']['total']:,} errors and warnings, {len(told['causes'])} problems: both agree."
