"""Files of the past: WARC, JSON Lines, JSON and CSV, as observations."""
