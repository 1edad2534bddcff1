"""The first steps with Alfred, shared by the terminal and the app."""
