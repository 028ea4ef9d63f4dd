"""The guards of the one way out: which URLs, which addresses."""
