"""What people see: tables and lines made from the objects that ``--json`` prints."""
