"""A made-up site lives through days and outages, and the core judges it: no sockets, no clock.

``scenario`` says what happens, ``site`` what is shown because of it, ``visit`` what a crawl sees
of that, ``run`` what the core decides, ``truth`` and ``score`` whether it was right.
"""
