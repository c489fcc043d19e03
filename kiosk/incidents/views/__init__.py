"""Pages of the queue, of one incident, of the register and of the roles."""
