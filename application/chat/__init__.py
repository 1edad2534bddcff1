"""The chat with the butler: one registry of tools, two ways of working, and one without a model."""
