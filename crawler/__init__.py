"""Discover and fetch: a board in, observations out."""
