"""A pathway of a state that is invented: judged, appealed; and with the limit of an appeal."""

from __future__ import annotations

WITHOUT_LIMIT = b"""
[pathway]
code = "xx"
version = 1
edition = "2026.1"
country = "XX"
author = "A. Tester"
labels.en = "Nowhere"
notes.en = "Invented."
[[stage]]
stage = "judged"
confirmed = false
[[stage]]
stage = "appealed"
confirmed = false
[[transition]]
from = "judged"
to = "appealed"
confirmed = false
"""
OWN = (
    WITHOUT_LIMIT
    + b"""[[limit]]
code = "xx-appeal"
labels.en = "Nowhere, appeal: ten days"
from = "judged"
until = "appealed"
days = 10
counted = "From the day after the judgment."
confirmed = false
"""
)
