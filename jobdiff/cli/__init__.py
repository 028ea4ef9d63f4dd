"""The command line: the composition root, which knows every room and is known by none."""
