"""Which records are one: a model trained without labels, and pairs with their weights."""
