"""The models in use, and what may be said to them."""
