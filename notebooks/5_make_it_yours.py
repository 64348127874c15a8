# %% [markdown]
# # 5 · Make it yours
#
# *For the district that holds the real data dictionary, and for the analyst with a rule of her
# own.*
#
# The vendor's dictionary is not public, so some facts in this toolkit are assumed, and marked so
# (`~`). Whoever knows better corrects them here: **no code, one small file.** And a rule that
# only your district has takes ten lines.

# %% tags=["parameters"]
file = ""  # a users.csv; blank takes that of the sample district
folder = "../out/notebooks/yours"

# %%
from pathlib import Path

import roster_toolkit as rt

story = rt.sample_story(Path(folder) / "riverton")
file = file or story.upload
before = rt.review(file)
before.sentence

# %% [markdown]
# ## Let your portal teach it
#
# You have more than you think: the template, the data dictionary, a file that the portal
# accepted, the error report that came back for another. Here they are a made-up portal's, which
# calls its columns otherwise. Its perfectly good file would be rejected as a whole by what we
# assumed:

# %%
papers = rt.sample_portal(300, seed=7, profile=rt.load_profile())
rt.review(papers.accepted).sentence

# %% [markdown]
# What the files say of the portal, each change with what it rests on, and how well the profile that
# they make agrees with what the portal did:

# %%
learned = rt.calibrate(
    template=("template.csv", papers.template),
    accepted=[("accepted.csv", papers.accepted)],
    refused=[(("sent.csv", papers.sent), ("users-errors.csv", papers.errors))],
    date="2026-11-29",
)
learned

# %%
assert learned.agreement.after.share == 1
rt.review(papers.accepted, profile=learned.profile).sentence

# %% [markdown]
# `learned.toml` is the profile as text: keep it in a file, or with a district in the store
# (`store[district].set_profile(learned.toml)`). A proposal that is wrong is left out with
# `decline=[number]`.

# %% [markdown]
# ## A profile with the real dictionary
#
# Say that the real dictionary allows grades in words, and that this district thinks a class of
# more than 25 is too large. A profile extends the one that comes with the toolkit, and names only
# what differs.

# %%
profile_file = Path(folder) / "ours.toml"
profile_file.write_text(
    """
extends = "batch-upload"
name = "ours"
version = "2026.1"

[thresholds]
class_size = 25

[vocabularies.grade]
accepts = ["PK", "K", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "grade 7"]
evidence = "confirmed"

[rules.RT111]
enabled = false
""",
    encoding="utf-8",
)
ours = rt.load_profile(profile_file)
after = rt.review(file, profile=ours)
after.sentence

# %% [markdown]
# Rules, messages, template and dictionary follow by themselves. What became of the errors?

# %%
rt.compare(before, after)

# %% [markdown]
# A slip in a profile is answered with a sentence that names the file, the key, and what would be
# right:

# %%
slip = Path(folder) / "slip.toml"
slip.write_text('extends = "batch-upload"\nname = "slip"\n[columns.userEmial]\nname = "email"\n')
try:
    rt.load_profile(slip)
except rt.ToolkitError as error:
    print(error)

# %% [markdown]
# ## A rule of your own, in ten lines
#
# The function gives an expression that is true where a row is at fault. It ranges over what its
# column is a fact of (a person, a class, a row), is judged once for each of them, and has its
# place in every report. It enters no catalogue: it holds for the reviews to which it is given.


# %%
@rt.rule(
    "RT901",
    "address-elsewhere",
    column="userEmail",
    title="An address outside the district's own domains",
    message="{value} is no address of ours.",
    how_to_fix="Use the address that the district gave the person.",
    severity="warning",
)
def address_elsewhere():
    """Accounts outside our domains cannot be reset by our help desk."""
    return (rt.col("userEmail") != "") & ~rt.col("userEmail").str.ends_with(".riverton.example")


mine = rt.review(file, profile=ours, rules=[address_elsewhere])
mine.select(code="RT901").by("school")

# %%
mine.rules["RT901"]

# %% [markdown]
# ## The contract in your own pipeline
#
# If rosters pass through a pipeline of yours, it can hold them to the same contract: a Pandera
# schema that is derived from the profile and the rules, so that it can never say anything else.

# %%
schema = rt.pandera_schema(ours)
frame = rt.read_upload(file, ours).cells
failures = schema.failures(frame)
failures.group_by("check").len(name="failures").sort("failures", "check", descending=[True, False])

# %% [markdown]
# A frame can be reviewed as well, as the file that it would be; an ID that became a number on its
# way is judged as what stands there.

# %%
rt.review(frame, profile=ours, name="pipeline.csv").sentence

# %% [markdown]
# Pandera and the review agree on every row that is wrong in itself (what it cannot see are the
# roster, the file's own form, and classes as a whole):

# %%
by_pandera = set(failures.filter(rt.col("check") == "RT102")["index"].to_list())
by_review = {row - after.upload.first_row for row in after.select(code="RT102").rows}
f"{len(by_pandera)} rows by Pandera, {len(by_review)} by the review."

# %% [markdown]
# ## From the command line, too
#
# The profile is a file, so the command line takes it. It must say the same.

# %%
told = rt.command_line("check", file, "--profile", profile_file)

assert told["profile"]["sha256"] == ours.sha256
assert told["rows"]["accepted"] == after.rows.accepted
assert told["findings"]["by_rule"] == dict(after.by_rule)
assert mine.findings.height - mine.by_rule.get("RT901", 0) == after.findings.height
assert by_pandera == by_review
assert told["file"]["sha256"] == after.upload.sha256
f"{told['findings']['total']:,} findings by the district's own dictionary: both roads agree."
