"""What all kinds of objects share: records, their collections, and how they are patched."""
