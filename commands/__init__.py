"""The command line: `flask --app app ...`. Nothing is imported here: a web worker that needs one module needs no other."""
