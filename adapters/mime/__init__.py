"""RFC 5322 and HTML to messages and back."""
