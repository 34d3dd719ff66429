"""Signed URLs: a new signature in each run, but the same file."""

from __future__ import annotations

import pytest

from tavus_provider.schema.signed_urls import remove_signature


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        (
            "https://b.s3.amazonaws.com/a.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260101T000000Z&X-Amz-Signature=ab",
            "https://b.s3.amazonaws.com/a.mp4",
        ),
        ("https://b.s3.amazonaws.com/a.mp4?AWSAccessKeyId=A&Signature=b%3D&Expires=1", "https://b.s3.amazonaws.com/a.mp4"),
        ("https://d.cloudfront.net/a.pdf?Policy=p&Signature=s&Key-Pair-Id=K&page=2", "https://d.cloudfront.net/a.pdf?page=2"),
        ("https://storage.googleapis.com/b/a.pdf?X-Goog-Signature=1&X-Goog-Date=2", "https://storage.googleapis.com/b/a.pdf"),
        ("https://a.blob.core.windows.net/c/a.pdf?sv=2024&sr=b&se=2026&sp=r&sig=x", "https://a.blob.core.windows.net/c/a.pdf"),
        ("https://docs.example.com/?page=2&Expires=1&se=3#top", "https://docs.example.com/?page=2&Expires=1&se=3#top"),
        ("https://docs.example.com/a%20b", "https://docs.example.com/a%20b"),
    ],
)
def test_the_signature_is_removed(url: str, bare: str) -> None:
    """The parameters of the signature are removed; other parameters, and URLs without a signature, stay as they are."""
    assert remove_signature(url) == bare
