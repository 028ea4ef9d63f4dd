"""Two small career sites on loopback whose days are scripted, and the five days themselves."""
