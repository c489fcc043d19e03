"""What the tables of the reports database begin with beside themselves."""
