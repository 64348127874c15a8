# %% [markdown]
# # 4 · Many customers at once
#
# *For the support lead in the last week of August, with a folder full of files.*
#
# Forty districts, forty files, one Monday morning. Which of them go in, what do they have in
# common, and which single explanation in the handbook would have saved most of them?

# %% tags=["parameters"]
files = ""  # a folder of .csv files, one for each customer; blank makes three up
folder = "../out/notebooks/customers"

# %%
from pathlib import Path

import roster_toolkit as rt

inbox = Path(files or Path(folder) / "inbox")
if not files:
    inbox.mkdir(parents=True, exist_ok=True)
    profile = rt.load_profile()
    for number, name in enumerate(["avon", "bergen"], 1):
        made = rt.sample_district(500, seed=number, fault_rate=0.04 * number, profile=profile)
        made.write(inbox / f"{name}.csv")
    story = rt.sample_story(Path(folder) / "riverton")
    (inbox / "riverton.csv").write_bytes(story.upload.read_bytes())

reviews = rt.review_files(inbox)
reviews

# %% [markdown]
# Each customer is one line, the one that would lose most rows on top. A file that cannot be read
# at all would not stop the others; it would be named at the end.
#
# ## Which rule costs most

# %%
reviews.plot.rules()

# %% [markdown]
# Counting errors favors whoever sends the largest file. For the handbook another number
# counts: **how many customers have the same problem.**

# %%
reviews.sql("""
    SELECT c.code, r.title, count(DISTINCT c.file) AS customers, sum(c.rows) AS rows,
        sum(c.clears) AS cleared_at_once
    FROM causes c JOIN rules r USING (code)
    WHERE r.severity IN ('blocker', 'error')
    GROUP BY ALL ORDER BY customers DESC, rows DESC LIMIT 10
""")

# %% [markdown]
# ## Which rule costs whom
#
# The rows that each customer would lose, by rule, for the five rules that cost most:

# %%
costly = reviews.by_rule.filter(rt.col("severity") == "error")["code"].head(5).to_list()
reviews.findings.filter(rt.col("code").is_in(costly)).pivot(
    "code", index="file", values="row", aggregate_function="len"
).sort("file")

# %% [markdown]
# ## The worst of them, looked into
#
# A member of `reviews` is a review like any other.

# %%
worst = reviews.files["file"][0]
reviews[worst].causes

# %% [markdown]
# ## Whom a click would help
#
# The safe fixes lose nothing. How many rows of each file would they save?

# %%
saved = {
    name: one.rows.rejected - one.repair().review.rows.rejected for name, one in reviews.items()
}
saved

# %% [markdown]
# ## Hundreds of files, month after month
#
# Whole reviews stay in memory. For a folder of hundreds, each file is a task for one of several
# processes, and what is kept are tables: one folder of results for each month, in which a run that
# was stopped goes on. On the command line it is `batch FOLDER --out RESULTS`.

# %%
results = Path(folder) / "results"
batch = rt.review_files(inbox, executor="processes", jobs=1, out=results / "before")
batch

# %% [markdown]
# Which rule costs whom, before and after? Say the safe fixes were made by every customer, and their
# files came again a month later.

# %%
fixed = Path(folder) / "fixed"
fixed.mkdir(parents=True, exist_ok=True)
for name, one in reviews.items():
    (fixed / f"{name}.csv").write_bytes(one.repair().fixed.data)

again = rt.review_files(fixed, executor="processes", jobs=1, out=results / "after", previous=inbox)
again.files.select("file", "rejected", "cleared", "left", "new")

# %% [markdown]
# The results are plain Parquet files, which DuckDB reads as one table, whatever the months:

# %%
months = rt.Batch.read(results / "before", results / "after")
months.sql("""
    PIVOT (SELECT batch, file, code, count(DISTINCT row) AS rows FROM findings
           WHERE severity = 'error' GROUP BY ALL)
    ON batch IN ('before', 'after') USING coalesce(first(rows), 0) ORDER BY ALL
""")

# %% [markdown]
# ## The sums, once more
#
# The command line checks every file of the folder again. The numbers must be the same, file by
# file.

# %%
told = {name: rt.command_line("check", inbox / f"{name}.csv") for name in reviews}

assert {name: each["rows"]["rejected"] for name, each in told.items()} == {
    name: one.rows.rejected for name, one in reviews.items()
}
assert batch.files["rejected"].sum() == reviews.files["rejected"].sum()
assert sum(each["findings"]["total"] for each in told.values()) == reviews.findings.height
assert all(each["file"]["sha256"] == reviews[name].upload.sha256 for name, each in told.items())
f"{len(told)} files, {reviews.findings.height:,} findings: both roads agree."
