"""The domain of the office: it knows no HTTP, no forms, no templates and no language."""
