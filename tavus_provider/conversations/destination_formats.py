"""Validators of destinations at Google Cloud and Azure: each returns what is wrong with a string, or None."""

from __future__ import annotations

import re

_GCS_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_PROJECT = re.compile(r"([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]")
_IDENTITY_PROVIDER = re.compile(
    r"projects/[^/\s]+/locations/global/workloadIdentityPools/[a-z0-9-]{4,32}/providers/[a-z0-9-]{4,32}"
)
_SERVICE_ACCOUNT = re.compile(r"[^@\s]+@[^@\s]+\.gserviceaccount\.com")
_STORAGE_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER = re.compile(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def validate_gcs_bucket_name(value: str) -> str | None:
    """Require a bucket's name alone. Source: Google Cloud documentation, "About Cloud Storage buckets", bucket names."""
    if _GCS_BUCKET.fullmatch(value):
        return None
    return (
        "must be the bucket's name without gs://: lowercase letters, digits and -_. that begin and end with a letter or digit, "
        f"not {value!r}"
    )


def validate_project_id(value: str) -> str | None:
    """Require a project's id, perhaps after a domain. Source: Google Cloud documentation, "Creating and managing projects"."""
    if _PROJECT.fullmatch(value):
        return None
    return f"must be the project's id, as in my-project, not its number or display name {value!r}"


def validate_identity_provider(value: str) -> str | None:
    """Require a provider's full name. Source: Tavus API reference, Create Conversation, `workload_identity_provider`."""
    if _IDENTITY_PROVIDER.fullmatch(value):
        return None
    return (
        "must be the provider's full name without //iam.googleapis.com/, as in "
        f"projects/123456/locations/global/workloadIdentityPools/tavus-pool/providers/tavus, not {value!r}"
    )


def validate_service_account(value: str) -> str | None:
    """Require a service account's email. Source: Google Cloud documentation, "Service accounts overview"."""
    if _SERVICE_ACCOUNT.fullmatch(value):
        return None
    return f"must be the email of a service account, as in recorder@my-project.iam.gserviceaccount.com, not {value!r}"


def validate_storage_account(value: str) -> str | None:
    """Require a storage account's name alone. Source: Azure documentation, "Storage account overview", storage account name."""
    if _STORAGE_ACCOUNT.fullmatch(value):
        return None
    return f"must be the storage account's name alone, 3 to 24 lowercase letters and digits, not {value!r}"


def validate_container(value: str) -> str | None:
    """Require a container's name. Source: Azure documentation, "Naming and Referencing Containers, Blobs, and Metadata"."""
    if _CONTAINER.fullmatch(value):
        return None
    return f"must be a container's name, 3 to 63 lowercase letters, digits and single hyphens between them, not {value!r}"


def validate_uuid(value: str) -> str | None:
    """Require a UUID. Source: Tavus API reference, Create Conversation, `tenant_id` and `client_id`."""
    return None if _UUID.fullmatch(value) else f"must be a UUID, as in 11111111-2222-3333-4444-555555555555, not {value!r}"
