"""Words that several features say: days and roles, messages, facts and helplines, CSV, translations."""
