"""Forms: sent from a page of ours, by the person they were made for, and carried out once.

``token`` says so; ``sent`` reads what was sent into memory and nowhere else; ``carried`` brings
back what somebody had written when their session ended under it.
"""
