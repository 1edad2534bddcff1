"""What the files of a household's folder are called, for those that look into it from outside a running daemon."""

DATABASE = "alfred.db"
HALT = "HALT"
