"""The pages on which a reply is written and sent."""
