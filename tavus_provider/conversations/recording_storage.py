"""Where Tavus puts recordings: the nested object `properties.recording_storage`, one shape for each storage provider.

Source: Tavus API reference, Create Conversation, `recording_storage`; Tavus docs, "Conversation Recordings".
"""

from typing import Annotated, Literal, NotRequired, TypedDict

from ..schema.annotations import Input
from ..schema.fields import Field
from ..schema.formats import aws_region, iam_role_arn, s3_bucket_name
from . import destination_formats as rules


class S3RecordingStorageArgs(TypedDict):
    """A bucket of Amazon S3 that Tavus writes to by assuming an IAM role."""

    provider: Annotated[Literal["s3"], Field("Names this kind of storage.")]
    bucket_name: Annotated[Input[str], Field("Bucket, with versioning on.", validator=s3_bucket_name)]
    bucket_region: Annotated[Input[str], Field("Region of the bucket.", validator=aws_region)]
    assume_role_arn: Annotated[Input[str], Field("Role that Tavus assumes.", validator=iam_role_arn)]
    external_id: NotRequired[
        Annotated[
            Input[str],
            Field("What the role's trust policy asks for as sts:ExternalId; Tavus's guide has it `tavus`."),
        ]
    ]


class GcsRecordingStorageArgs(TypedDict):
    """A bucket of Google Cloud Storage that Tavus writes to by workload identity federation.

    How it is set up: [recording-elsewhere.md](recording-elsewhere.md).
    """

    provider: Annotated[Literal["gcs"], Field("Names this kind of storage.")]
    bucket_name: Annotated[Input[str], Field("Bucket.", validator=rules.gcs_bucket_name)]
    project_id: Annotated[Input[str], Field("Google Cloud project of the bucket.", validator=rules.project_id)]
    workload_identity_provider: Annotated[
        Input[str],
        Field("Full name of the provider, without the prefix //iam.googleapis.com/.", validator=rules.identity_provider),
    ]
    service_account_email: Annotated[Input[str], Field("Service account that Tavus acts as.", validator=rules.service_account)]


class AzureBlobRecordingStorageArgs(TypedDict):
    """A container of Azure Blob Storage that Tavus writes to by a federated credential.

    How it is set up: [recording-elsewhere.md](recording-elsewhere.md).
    """

    provider: Annotated[Literal["azure_blob"], Field("Names this kind of storage.")]
    storage_account: Annotated[Input[str], Field("Storage account.", validator=rules.storage_account)]
    container: Annotated[Input[str], Field("Container.", validator=rules.container)]
    tenant_id: Annotated[Input[str], Field("Directory (tenant) of the app registration.", validator=rules.uuid)]
    client_id: Annotated[Input[str], Field("Application (client) id of the app registration.", validator=rules.uuid)]
