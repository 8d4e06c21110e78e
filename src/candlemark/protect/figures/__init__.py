"""Figures of closed batches: from a cohort to tables, and from published rows back to figures.

Read in this order: ``wanted`` (names of tables), ``ways`` (a cohort as arrays), ``planning`` (what
is counted of it), ``estimated`` (a curve from published counts), ``made`` (what the public sees).
"""
