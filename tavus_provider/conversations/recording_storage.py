"""Destinations of recordings: the nested object `properties.recording_storage`, with one shape for each kind of storage.

Source: Tavus API reference, Create Conversation, `recording_storage`; Tavus docs, "Conversation Recordings".
"""

from typing import Annotated, Literal, NotRequired, TypedDict

from ..schema.annotations import Input
from ..schema.fields import Field
from ..schema.formats import validate_aws_region, validate_iam_role_arn, validate_s3_bucket_name
from . import destination_formats as formats


class S3RecordingStorageArgs(TypedDict):
    """Bucket at Amazon S3; Tavus assumes an IAM role to write to it."""

    provider: Annotated[Literal["s3"], Field("Kind of storage.")]
    bucket_name: Annotated[Input[str], Field("Bucket; its versioning must be enabled.", validator=validate_s3_bucket_name)]
    bucket_region: Annotated[Input[str], Field("Region of the bucket.", validator=validate_aws_region)]
    assume_role_arn: Annotated[Input[str], Field("Role that Tavus assumes.", validator=validate_iam_role_arn)]
    external_id: NotRequired[
        Annotated[
            Input[str],
            Field("Value of sts:ExternalId in the role's trust policy; `tavus` in Tavus's guide."),
        ]
    ]


class GcsRecordingStorageArgs(TypedDict):
    """Bucket at Google Cloud Storage; Tavus writes to it with workload identity federation.

    [recording-elsewhere.md](recording-elsewhere.md) shows how to set it up.
    """

    provider: Annotated[Literal["gcs"], Field("Kind of storage.")]
    bucket_name: Annotated[Input[str], Field("Bucket.", validator=formats.validate_gcs_bucket_name)]
    project_id: Annotated[Input[str], Field("Google Cloud project of the bucket.", validator=formats.validate_project_id)]
    workload_identity_provider: Annotated[
        Input[str],
        Field(
            "Full name of the provider, without the prefix //iam.googleapis.com/.", validator=formats.validate_identity_provider
        ),
    ]
    service_account_email: Annotated[
        Input[str], Field("Service account that Tavus impersonates.", validator=formats.validate_service_account)
    ]


class AzureBlobRecordingStorageArgs(TypedDict):
    """Container at Azure Blob Storage; Tavus writes to it with a federated credential.

    [recording-elsewhere.md](recording-elsewhere.md) shows how to set it up.
    """

    provider: Annotated[Literal["azure_blob"], Field("Kind of storage.")]
    storage_account: Annotated[Input[str], Field("Storage account.", validator=formats.validate_storage_account)]
    container: Annotated[Input[str], Field("Container.", validator=formats.validate_container)]
    tenant_id: Annotated[Input[str], Field("Directory (tenant) of the app registration.", validator=formats.validate_uuid)]
    client_id: Annotated[Input[str], Field("Application (client) id of the app registration.", validator=formats.validate_uuid)]
