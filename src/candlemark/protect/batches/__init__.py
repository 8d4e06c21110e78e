"""Closed batches with cell keys: what is new, once enough has gathered, with noise that stays.

Read in this order: ``noise`` (how far a published count may be off), ``record_keys`` (why the same
count is always off by the same), ``tables`` (what is counted), ``closing`` (when a group is
released, and what of it), ``cube`` (a yearly table with all its margins).
"""
