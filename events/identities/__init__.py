"""Who comes from the office's own provider of sign-in (OpenID Connect): whose account that is, and which roles its word gives."""
