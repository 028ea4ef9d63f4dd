"""A mutation fuzzer for ``read_document``; ``make fuzz`` runs it long, the suite runs it short."""
