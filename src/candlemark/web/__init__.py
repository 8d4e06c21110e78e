"""The pages: shows what the floors below compute, says nothing of its own, decides nothing.

Read in this order: ``server`` (the one door), ``guard`` (who is let in, what every answer carries),
``doors`` (what the pages ask), ``reader`` (how one reader is spoken to), then the desks.  A view
that holds an ``if`` about the law, a case or a number has climbed out of its floor.

This first form only shows.  It has no sign-in, no session and no cookie, and it listens on the
machine it runs on and nowhere else.
"""
