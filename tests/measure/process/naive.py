"""The process views once more, slowly and plainly, over ways as lists of (state, day).

Nothing here shares code with what it checks.
"""

from __future__ import annotations

from collections import Counter


def parts(way, today, final):
    """Stays as (state, day, day left, next state or None) of a way; ends are no stays."""
    found = []
    for (state, day), after in zip(way, [*way[1:], None], strict=True):
        if state in final:
            break
        found.append((state, day, after[1] if after else today, after[0] if after else None))
    return found


def stood(stays):
    """Stays of one way with those joined that follow each other in one state."""
    found = []
    for state, day, left, after in stays:
        same = found and found[-1][0] == state
        found.append((state, found.pop()[1] if same else day, left, after))
    return found


def moves(ways, today, final):
    found = Counter()
    for way in ways:
        for state, _, _, after in parts(way, today, final):
            if after is not None:
                found[state, after] += 1
    return found


def loops(ways, today, final):
    """(state, came from, steps) with the returns and the units."""
    returns, units = Counter(), {}
    for unit, way in enumerate(ways):
        states = [state for state, *_ in parts(way, today, final)]
        for place, state in enumerate(states):
            before = [other for other in range(place) if states[other] == state]
            if before:
                key = (state, states[place - 1], place - before[-1])
                returns[key] += 1
                units.setdefault(key, set()).add(unit)
    return {key: (many, len(units[key])) for key, many in returns.items()}


def passages(way, today, final, first, then):
    """(days, what became of it) of each stay in ``first``."""
    stays = parts(way, today, final)
    found = []
    for place, (state, day, _, _) in enumerate(stays):
        if state != first:
            continue
        reached = [left for _, _, left, after in stays[place:] if after == then]
        if reached:
            found.append((min(reached) - day, "reached"))
        elif stays[-1][3] is None:
            found.append((today - day, "open"))
        else:
            found.append((stays[-1][2] - day, "otherwise"))
    return found


def verdicts(those, days):
    found = Counter()
    for took, end in those:
        if end == "reached":
            found["met" if took <= days else "late"] += 1
        elif end == "otherwise":
            found["ended"] += 1
        else:
            found["open_past" if took > days else "open_within"] += 1
    return found


def incidence(those, day, end):
    """The cumulative incidence of ``end`` by a day, by the product over days."""
    left, reached = 1.0, 0.0
    for when in sorted({took for took, _ in those}):
        if when > day:
            break
        at_risk = sum(took >= when for took, _ in those)
        gone = sum(took == when and how != "open" for took, how in those)
        wanted = sum(took == when and how == end for took, how in those)
        reached += left * wanted / at_risk
        left *= 1 - gone / at_risk
    return reached


def still(lengths, day):
    """Kaplan-Meier: the share that lasts longer than ``day``; lengths are (days, open)."""
    left = 1.0
    for when in sorted({took for took, is_open in lengths if not is_open}):
        if when > day:
            break
        at_risk = sum(took >= when for took, _ in lengths)
        left *= 1 - sum(took == when and not is_open for took, is_open in lengths) / at_risk
    return left
