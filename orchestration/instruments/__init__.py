"""What is traded where: rows of the instruments seed from the venues' own metadata."""
