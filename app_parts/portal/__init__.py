"""The page "Your portal": what is known of it, learning it from papers, and keeping that."""
