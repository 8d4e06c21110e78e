"""Forms: what is asked, and that what is sent came from a page of ours, by whom it was made for, once.

What is asked: a form asks for the fields of a fact, shows what was said before when it corrects,
and keeps whatever was typed, however often it is refused.  Read ``setting`` (what a form may know),
``fields`` (the kinds of questions), ``statement`` (a form for a fact), ``faults`` (what is wrong, at
its box), ``told`` (a statement in words).

What is sent: ``token`` says where it comes from; ``sent`` reads it into memory and nowhere else;
``carried`` brings back what somebody had written when their session ended under it.
"""
