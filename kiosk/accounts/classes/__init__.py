"""Classes: who may open one, who teaches and covers it, its joining windows and its pupils' keys."""
