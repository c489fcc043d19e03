"""The signed list of readers: its versions, who holds which key, and comparing it with what was seen."""
