"""Error codes of documents."""

from __future__ import annotations

from typing import Literal

DocumentError = Literal[
    "file_download_failed",
    "file_format_unsupported",
    "file_size_too_large",
    "file_empty",
    "invalid_file_url",
    "document_processing_failed",
    "website_processing_failed",
    "chunking_failed",
    "embedding_failed",
    "vector_store_failed",
    "contact_support",
]
"""Reason why a document could not be processed. Source: Tavus API reference, Get Document, error_message."""
