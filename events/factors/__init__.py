"""What is shown beside the password when signing in: codes of an app, recovery codes, passkeys; and devices that are known."""
