"""The pages on which a change of readers is proposed, approved or objected to."""
