"""Print the seconds from the start of Pulumi's plugin process to its first answer: plugin_start.py MODULE PROVIDER.

The script calls the plugin in the engine's own protocol: Configure, then Check of one resource of that provider.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import time

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import proto
from pulumi.runtime.proto import provider_pb2_grpc

stored = serialize_provider(getattr(importlib.import_module(sys.argv[1]), sys.argv[2])())
began = time.perf_counter()
with subprocess.Popen([sys.executable, "-u", "-m", "pulumi.dynamic"], stdout=subprocess.PIPE) as process:
    assert process.stdout
    with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        stub.Configure(proto.ConfigureRequest())
        news = Struct()
        news.update({"__provider": stored, "persona_id": "p1"})
        stub.Check(proto.CheckRequest(news=news))
    print(time.perf_counter() - began)
    process.kill()
