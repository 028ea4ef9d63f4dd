"""What holds for every test: properties are checked on the same examples at each run.

``HYPOTHESIS_PROFILE=explore make test`` looks further, with a seed that it prints.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
