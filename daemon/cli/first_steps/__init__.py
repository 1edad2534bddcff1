"""The steps of `alfred setup`, one file a sort of step."""
