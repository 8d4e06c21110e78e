"""The same case and the same person across agencies that share no identifier.

``names`` reads and compares names of people; ``preparing`` makes rows that can be compared.
"""
