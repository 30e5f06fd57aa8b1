"""WTForms classes, one file per matter."""
