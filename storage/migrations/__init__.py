"""The schema's history, run by ``storage.migrate``; never edited once released."""
