"""Roster Toolkit: what a users.csv would do, before anything is sent."""
