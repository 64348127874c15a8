"""What the pages of the app are made of; they know the package by its public names only."""
