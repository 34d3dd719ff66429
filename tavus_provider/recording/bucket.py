"""
RecordingBucket: a private S3 bucket for recordings.

Its name is its Pulumi ID, which stays known while a preview shows another change: what is built from the ID does not change then.
"""

import re
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any, TypedDict, Unpack

import pulumi

from ..api.errors import InputError, StorageError
from ..api.retry import retrying
from ..engine.documentation import documented
from ..engine.dynamic import Provider
from ..engine.fields import Field
from ..engine.lifecycle import URN, Props, chosen_name, resource_name
from ..engine.resource import Out, Resource
from ..engine.rules import aws_region, s3_bucket_name
from . import aws, policies, rules
from .bucket_settings import BUCKET_SETTINGS, Bucket
from .contents import counted, emptied
from .errors import Busy, Denied, Missing, NotEmpty, Taken, Unanswered, asking
from .managed import ManagedLifecycle
