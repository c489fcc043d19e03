"""Question types, one module each: what a quiz file must say, and how an answer is marked."""
