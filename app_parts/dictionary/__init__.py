"""The data dictionary, the rules, the template, addresses for students."""
