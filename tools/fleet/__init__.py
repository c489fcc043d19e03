"""`make fleet`: the machines of docs/trust.md, real programs in networks of their own, and what may break."""
