"""Readers of single fields, where one needs room: text, dates, places, money, words of work."""
