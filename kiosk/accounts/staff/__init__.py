"""Who works here: people and their roles, the links that invite them, and their reading keys."""
