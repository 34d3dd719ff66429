"""The plugin as it is distributed: from a clone of the repository, and in an archive."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import grpc
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

from tavus_provider.version import __version__
from tools.stacks import ROOT


def test_the_folder_of_the_plugin_serves_this_version() -> None:
    """An engine that has cloned the repository runs the folder with Python."""
    assert yaml.safe_load((ROOT / "plugin/PulumiPlugin.yaml").read_text())["runtime"]["name"] == "python"
    with subprocess.Popen([sys.executable, ROOT / "plugin"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            info = provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty())
        process.kill()
    assert info.version == __version__


def test_an_archive_has_the_wheel_and_names_it(tmp_path: Path) -> None:
    """`tools/archives` packs what `make wheel` made, one archive for each system."""
    wheel = tmp_path / f"tavus_provider-{__version__}-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    subprocess.run([ROOT / "tools/archives", tmp_path], check=True)
    archives = sorted(path.name for path in tmp_path.glob("*.tar.gz"))
    assert len(archives) == 6
    assert f"pulumi-resource-tavus-v{__version__}-linux-amd64.tar.gz" in archives
    shutil.unpack_archive(tmp_path / archives[0], tmp_path / "unpacked", filter="data")
    assert (tmp_path / "unpacked" / wheel.name).read_bytes() == b"a wheel"
    assert (tmp_path / "unpacked/requirements.txt").read_text().strip() == f"./{wheel.name}"
