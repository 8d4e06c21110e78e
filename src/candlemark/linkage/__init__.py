"""The same case and the same person across agencies that share no identifier.

``unreported`` asks how many people no list holds, from who is on several of them.
"""
