"""Forms: what is asked, and what is in every form of ours, whoever's page it stands on.

What is asked: a form asks for the fields of a fact, shows what was said before when it corrects,
and keeps whatever was typed, however often it is refused.  Read ``setting`` (what a form may know),
``questions`` and ``choices`` (the kinds of questions), ``statement`` (a form for a fact),
``faults`` (what is wrong, at its box), ``told`` (a statement in words).

What is sent: ``token`` says where it comes from.
"""
