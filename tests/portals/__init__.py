"""Imagined vendor portals: what a learned profile is measured against.

Independent of the toolkit that learns: nothing here but `measure` imports it.
"""

from __future__ import annotations

from .portal import Portal

__all__ = ["Portal"]
