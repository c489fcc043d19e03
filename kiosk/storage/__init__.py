"""The databases: sessions, engines, schema, prepared statements, and what happens when one is away."""
