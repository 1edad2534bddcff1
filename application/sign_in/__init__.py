"""Who may speak to Alfred."""
