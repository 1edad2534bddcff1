"""The port on this machine where a browser comes back to after any provider's sign-in page."""
