"""What a portal writes about itself: its data dictionary and its help page, in any shape."""
