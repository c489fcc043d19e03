"""What leaves a case on paper or as a file: the child protection file, a meeting page, the register."""
