"""jobdiff watches career pages and says what changed on them, with the evidence."""

from importlib.metadata import version

__version__ = version("jobdiff")
