"""Stage 5, documents, photo and signature."""
