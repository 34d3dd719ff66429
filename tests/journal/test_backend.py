"""Where an intent comes from: the backend that keeps the state, and the run of the engine."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tavus_provider.journal.backend import backend_address, engine_address, is_listening


@pytest.fixture(autouse=True)
def nobody_logged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without a login, a project or a variable."""
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    monkeypatch.chdir(tmp_path)


def log_in(folder: Path, url: str) -> None:
    """Write what `pulumi login` writes."""
    (folder / "home").mkdir()
    (folder / "home" / "credentials.json").write_text(json.dumps({"current": url, "accessTokens": {url: "pul-1234"}}))


def test_the_variable_counts_before_the_project_and_the_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is that of `pulumi` itself."""
    assert backend_address() == ""
    log_in(tmp_path, "https://api.pulumi.com")
    with_login = tmp_path / "plain"
    with_login.mkdir()
    assert backend_address(with_login) == "https://api.pulumi.com"

    project = tmp_path / "shop" / "src"
    project.mkdir(parents=True)
    (tmp_path / "shop" / "Pulumi.yaml").write_text("name: shop\nbackend:\n  url: gs://states/of-shop\n")
    assert backend_address(project) == "gs://states/of-shop"

    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://states")
    assert backend_address(project) == "s3://states"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("s3://states?region=eu-west-1&awssdk=v2", "s3://states"),
        ("https://me:secret@pulumi.example/", "https://pulumi.example"),
        ("postgres://me:secret@db/states", "postgres://db/states"),
        ("S3://States", "s3://states"),
        ("file:///srv/states/", "file:///srv/states"),
        ("FILE:///srv/../srv/./states?no_tmp_dir=true", "file:///srv/states"),
        ("file://~", f"file://{Path.home()}"),
    ],
)
def test_what_may_be_secret_in_an_address_is_left_out(monkeypatch: pytest.MonkeyPatch, url: str, shown: str) -> None:
    """The address in an intent has no secrets, because the journal is readable; a folder has its whole path."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", url)
    assert backend_address() == shown


def test_a_folder_given_from_here_is_another_one_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two checkouts that keep their state beside the program have two backends."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file://./states")
    assert backend_address(tmp_path / "one") == f"file://{tmp_path}/one/states"
    assert backend_address(tmp_path / "two") == f"file://{tmp_path}/two/states"


def test_a_folder_has_one_address_whatever_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to the folder and a query of the URL make no other backend of it."""
    (tmp_path / "states").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "states")
    for name in ("states", "link", "./states/", "states?no_tmp_dir=true"):
        monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}/{name}")
        assert backend_address() == f"file://{tmp_path}/states"


def test_files_that_cannot_be_read_name_no_backend(tmp_path: Path) -> None:
    """No backend is named; Pulumi itself reports a broken login or project."""
    log_in(tmp_path, "https://api.pulumi.com")
    (tmp_path / "home" / "credentials.json").write_text("{")
    (tmp_path / "Pulumi.yaml").write_text(":\n- {")
    assert backend_address() == ""


def test_a_plugin_is_started_with_the_address_of_its_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is the plugin's last argument; any other process has none."""
    monkeypatch.setattr("sys.argv", ["/site-packages/pulumi/dynamic/__main__.py", "127.0.0.1:41234"])
    assert engine_address() == "127.0.0.1:41234"
    monkeypatch.setattr("sys.argv", ["tavus-provider", "conversations"])
    assert engine_address() == ""


def test_an_engine_listens_until_it_ends() -> None:
    """Nobody listens at the address of an engine that has ended, nor at a text that is no address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        assert is_listening(address)
    assert not is_listening(address)
    assert not is_listening("nonsense")
