"""Pictures of a lesson's story: a place, its people and a thing, drawn from parts that are the same everywhere."""
