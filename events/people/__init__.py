"""Units, accounts, memberships and sign-in sessions."""
