"""The read side: health now; pages, the API, feeds and metrics have their place here."""
