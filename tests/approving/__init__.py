"""Two people approve content, and children open it only then where that holds."""
