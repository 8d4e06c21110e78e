"""Every component in every state, for those who build them: ``candlemark serve --design``."""
