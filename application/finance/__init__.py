"""The books: bank statements that come by mail or by hand, what they hold, and questions about money."""
