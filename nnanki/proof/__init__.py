"""What the tests say of quoted code: its source, its mutants, its variants."""
