"""What the domain has to tell, as typed values in the reader's language: the same for pages, letters, papers and programs."""
