"""The inputs that buckets and roles share."""

import functools
from collections.abc import Mapping
from typing import Annotated

from ...schema.annotations import Input
from ...schema.fields import Field
from ..aws import formats

in_place = functools.partial(Field, replaces=False)
"""Returns the field of an input that an update can change."""

Tags = Annotated[
    Input[Mapping[str, Input[str]]],
    in_place(
        "Tags; those that somebody else adds are shown and removed, unless aws:ignoreTags or ignore_changes keeps them.",
        validator=formats.validate_tags,
    ),
]
KmsKeyArn = Annotated[
    Input[str],
    in_place(
        "KMS key that encrypts recordings instead of S3's own, in the bucket's region; the role is allowed to use it.",
        validator=formats.validate_key_arn,
        source="Amazon S3 User Guide, Using server-side encryption with AWS KMS keys",
    ),
]
