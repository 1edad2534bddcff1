"""Anthropic: Claude as a language model. The vendor's SDK is imported when it is used."""
