"""The definition, to be read: schemes, terms, and what agencies' codes mean in them."""
