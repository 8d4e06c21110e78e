"""Attacks on our own tables, run before they leave.

Read in this order: ``system`` (what an attacker knows, as numbers), ``together`` (everything
published as one system; averaging; what moved between two issues), ``intervals`` and ``exact``
(what can be worked out), ``people`` (who guesses whom), ``gate`` (all of them; what is refused).
"""
