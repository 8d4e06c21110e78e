"""The pages: shows what the floors below compute, says nothing of its own, decides nothing.

Read in this order: ``server`` (the one process), ``guard`` (which requests are let in, what every
answer carries), ``threshold`` (whose request it is, what they may do), ``house`` (signing in),
``rights`` (what each page needs), ``doors`` (what the pages ask), ``reader`` (how one reader is
spoken to), then the desks.  A view that holds an ``if`` about the law, a case or a number has
climbed out of its floor.

It listens on the machine it runs on and nowhere else.
"""
