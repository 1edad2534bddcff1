"""The one door: approved, executed exactly once, taken back."""
