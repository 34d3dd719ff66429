"""Every public name of the package, each loaded when it is first used; type checkers and editors read this file."""

from .conversations.args import ConversationArgs
from .conversations.recording_storage import AzureBlobRecordingStorageArgs, GcsRecordingStorageArgs, S3RecordingStorageArgs
from .lookups.conversation import (
    ConversationResult,
    get_conversation,
    get_conversation_output,
    get_conversations,
    get_conversations_output,
)
from .lookups.deployment import (
    DeploymentResult,
    get_deployment,
    get_deployment_output,
    get_deployments,
    get_deployments_output,
)
from .lookups.document import (
    DocumentResult,
    get_document,
    get_document_output,
    get_documents,
    get_documents_output,
)
from .lookups.guardrail import (
    GuardrailResult,
    get_guardrail,
    get_guardrail_list,
    get_guardrail_list_output,
    get_guardrail_output,
)
from .lookups.guardrails import (
    GuardrailsResult,
    get_guardrails,
    get_guardrails_list,
    get_guardrails_list_output,
    get_guardrails_output,
)
from .lookups.objectives import (
    ObjectivesResult,
    get_objectives,
    get_objectives_list,
    get_objectives_list_output,
    get_objectives_output,
)
from .lookups.persona import (
    PersonaResult,
    get_persona,
    get_persona_output,
    get_personas,
    get_personas_output,
)
from .lookups.pronunciation_dictionary import (
    PronunciationDictionaryResult,
    get_pronunciation_dictionaries,
    get_pronunciation_dictionaries_output,
    get_pronunciation_dictionary,
    get_pronunciation_dictionary_output,
)
from .lookups.replica import (
    ReplicaResult,
    get_replica,
    get_replica_output,
    get_replicas,
    get_replicas_output,
)
from .lookups.skill import (
    SkillResult,
    get_skills,
    get_skills_output,
)
from .lookups.tool import (
    ToolResult,
    get_tool,
    get_tool_output,
    get_tools,
    get_tools_output,
)
from .lookups.voice import (
    VoiceResult,
    get_voice,
    get_voice_output,
    get_voices,
    get_voices_output,
)
from .objects.deployment import DeploymentArgs, DeploymentLimitsArgs
from .objects.document import CrawlArgs, DocumentArgs
from .objects.guardrail import GuardrailArgs
from .objects.guardrails import GuardrailItemArgs, GuardrailsArgs
from .objects.objectives import ObjectiveArgs, ObjectivesArgs
from .objects.persona import PersonaArgs
from .objects.persona_layers import ConversationalFlowArgs, LlmArgs, PerceptionArgs, SttArgs, TtsArgs
from .objects.pronunciation_dictionary import PronunciationDictionaryArgs, PronunciationRuleArgs
from .objects.replica import ReplicaArgs
from .objects.tool import (
    ApiKeyToolAuthArgs,
    BasicToolAuthArgs,
    BearerToolAuthArgs,
    HmacToolAuthArgs,
    NoToolAuthArgs,
    OAuth2ToolAuthArgs,
    ToolApiArgs,
    ToolArgs,
    ToolDeliveryArgs,
)
from .objects.voice import VoiceArgs
from .program.config import args_from_config
from .recording.bucket import RecordingBucket
from .recording.iam.role_args import RecordingRoleArgs
from .recording.role import RecordingRole
from .recording.s3.bucket_args import RecordingBucketArgs
from .recording.storage import RecordingStorage, RecordingStorageArgs
from .resources.account import Account, AccountArgs
from .resources.conversation import Conversation
from .resources.deployment import Deployment
from .resources.document import Document
from .resources.guardrail import Guardrail
from .resources.guardrails import Guardrails
from .resources.objectives import Objectives
from .resources.persona import Persona
from .resources.pronunciation_dictionary import PronunciationDictionary
from .resources.replica import Replica
from .resources.tool import Tool
from .resources.voice import Voice
from .version import __version__

__all__ = [
    "Account",
    "AccountArgs",
    "ApiKeyToolAuthArgs",
    "AzureBlobRecordingStorageArgs",
    "BasicToolAuthArgs",
    "BearerToolAuthArgs",
    "Conversation",
    "ConversationArgs",
    "ConversationResult",
    "ConversationalFlowArgs",
    "CrawlArgs",
    "Deployment",
    "DeploymentArgs",
    "DeploymentLimitsArgs",
    "DeploymentResult",
    "Document",
    "DocumentArgs",
    "DocumentResult",
    "GcsRecordingStorageArgs",
    "Guardrail",
    "GuardrailArgs",
    "GuardrailItemArgs",
    "GuardrailResult",
    "Guardrails",
    "GuardrailsArgs",
    "GuardrailsResult",
    "HmacToolAuthArgs",
    "LlmArgs",
    "NoToolAuthArgs",
    "OAuth2ToolAuthArgs",
    "ObjectiveArgs",
    "Objectives",
    "ObjectivesArgs",
    "ObjectivesResult",
    "PerceptionArgs",
    "Persona",
    "PersonaArgs",
    "PersonaResult",
    "PronunciationDictionary",
    "PronunciationDictionaryArgs",
    "PronunciationDictionaryResult",
    "PronunciationRuleArgs",
    "RecordingBucket",
    "RecordingBucketArgs",
    "RecordingRole",
    "RecordingRoleArgs",
    "RecordingStorage",
    "RecordingStorageArgs",
    "Replica",
    "ReplicaArgs",
    "ReplicaResult",
    "S3RecordingStorageArgs",
    "SkillResult",
    "SttArgs",
    "Tool",
    "ToolApiArgs",
    "ToolArgs",
    "ToolDeliveryArgs",
    "ToolResult",
    "TtsArgs",
    "Voice",
    "VoiceArgs",
    "VoiceResult",
    "__version__",
    "args_from_config",
    "get_conversation",
    "get_conversation_output",
    "get_conversations",
    "get_conversations_output",
    "get_deployment",
    "get_deployment_output",
    "get_deployments",
    "get_deployments_output",
    "get_document",
    "get_document_output",
    "get_documents",
    "get_documents_output",
    "get_guardrail",
    "get_guardrail_list",
    "get_guardrail_list_output",
    "get_guardrail_output",
    "get_guardrails",
    "get_guardrails_list",
    "get_guardrails_list_output",
    "get_guardrails_output",
    "get_objectives",
    "get_objectives_list",
    "get_objectives_list_output",
    "get_objectives_output",
    "get_persona",
    "get_persona_output",
    "get_personas",
    "get_personas_output",
    "get_pronunciation_dictionaries",
    "get_pronunciation_dictionaries_output",
    "get_pronunciation_dictionary",
    "get_pronunciation_dictionary_output",
    "get_replica",
    "get_replica_output",
    "get_replicas",
    "get_replicas_output",
    "get_skills",
    "get_skills_output",
    "get_tool",
    "get_tool_output",
    "get_tools",
    "get_tools_output",
    "get_voice",
    "get_voice_output",
    "get_voices",
    "get_voices_output",
]
