"""What is known, as files for other programs: rows, their columns, and a panel for researchers."""
