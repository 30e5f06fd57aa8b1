"""Forms that were sent: the same one twice has one effect (I16), and the page that answers one that led nowhere can be opened again."""
