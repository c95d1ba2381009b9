"""Rule kinds, one file each: schema, match, explanation and example. Copy `example.py` to add one."""
