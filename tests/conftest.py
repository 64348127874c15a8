"""What every test stands on."""

from __future__ import annotations

import os

from hypothesis import settings

# CI looks at the same examples in every run; a developer's machine looks for new ones. The blob
# lets a failure of either be repeated elsewhere.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("house")
