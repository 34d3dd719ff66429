"""Ready files for machines of others: custom resources of the Pulumi Kubernetes operator, settings of Pulumi Deployments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tavus_provider.native.schema import FILE

ROOT = Path(__file__).parents[2]
FILES = sorted(ROOT.glob("examples/kubernetes/*.yml"))
OPERATOR = jsonschema.Draft202012Validator(json.loads((Path(__file__).parent / "schemas/pulumi_operator.json").read_text()))
SETTINGS = json.loads((ROOT / "examples/deployments/settings.json").read_text())


def objects(kind: str = "") -> list[dict[str, Any]]:
    """Return the objects of all files, or those of one kind."""
    every = [each for path in FILES for each in yaml.safe_load_all(path.read_text())]
    return [each for each in every if kind in ("", each["kind"])]


def sources() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the folder that each of them runs, with its configuration."""
    yield SETTINGS["sourceContext"]["git"]["repoDir"], {}
    for each in objects("Stack"):
        if "repoDir" in each["spec"]:
            yield each["spec"]["repoDir"], each["spec"]["config"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_object_has_the_form_that_the_operator_asks_for(path: Path) -> None:
    """Each object has only members that its kind has, of their types."""
    for each in yaml.safe_load_all(path.read_text()):
        assert [error.message for error in OPERATOR.iter_errors(each)] == []


@pytest.mark.parametrize(
    "change",
    [{"stack": 1}, {"repodir": "x"}, {"branch": None}, {"programRef": {"name": "call"}}, {"envRefs": {"A": {"type": "Secret"}}}],
)
def test_the_form_is_checked(change: dict[str, Any]) -> None:
    """Another type, a misspelled member, a missing one, two sources, and a secret without a name are refused."""
    stack = objects("Stack")[0]
    spec = {name: value for name, value in {**stack["spec"], **change}.items() if value is not None}
    assert OPERATOR.is_valid(stack)
    assert not OPERATOR.is_valid({**stack, "spec": spec})


def test_each_runs_an_example_with_the_configuration_that_it_asks_for() -> None:
    """The folder has a project, and what that asks for without a default is there."""
    for folder, given in sources():
        project = yaml.safe_load((ROOT / folder / "Pulumi.yaml").read_text())
        required = {name for name, each in project.get("config", {}).items() if "default" not in each}
        own = {key.partition(":")[2] for key in given if key.startswith(f"{project['name']}:")}
        assert required <= own <= project.get("config", {}).keys()


def test_a_program_in_the_cluster_is_one_that_the_plugin_serves() -> None:
    """Its types and properties are those of the plugin's schema."""
    resources = json.loads(FILE.read_text())["resources"]
    for program in objects("Program"):
        for each in program["program"]["resources"].values():
            inputs = resources[each["type"].replace("tavus:", "tavus:index:")]["inputProperties"]
            assert each["properties"].keys() <= inputs.keys()


def test_what_is_referred_to_is_there() -> None:
    """Stacks have a service account that may delegate; volumes have claims; programs exist."""
    accounts = {each["metadata"]["name"] for each in objects("ServiceAccount")}
    assert {subject["name"] for each in objects("ClusterRoleBinding") for subject in each["subjects"]} == accounts
    claims = {each["metadata"]["name"] for each in objects("PersistentVolumeClaim")}
    programs = {each["metadata"]["name"] for each in objects("Program")}
    for spec in (each["spec"] for each in objects("Stack")):
        assert spec["serviceAccountName"] in accounts
        assert {spec["programRef"]["name"]} <= programs if "programRef" in spec else True
        pod = spec["workspaceTemplate"]["spec"].get("podTemplate", {}).get("spec", {})
        volumes = {each["name"]: each["persistentVolumeClaim"]["claimName"] for each in pod.get("volumes", [])}
        mounts = {mount["name"] for each in pod.get("containers", []) for mount in each["volumeMounts"]}
        assert mounts == volumes.keys()
        assert set(volumes.values()) <= claims


def test_keys_are_secrets_and_interrupted_runs_are_found() -> None:
    """The key comes from a secret, and either the account or a volume that lasts tells what an interrupted run created."""
    for spec in (each["spec"] for each in objects("Stack")):
        variables = spec["envRefs"]
        assert {variables[name]["type"] for name in ("TAVUS_API_KEY", "PULUMI_ACCESS_TOKEN")} == {"Secret"}
        lasts = "TAVUS_STATE_DIR" in variables and "volumes" in spec["workspaceTemplate"]["spec"]["podTemplate"]["spec"]
        assert (spec["config"].get("tavus:recovery") == "account") is not lasts
    variables = SETTINGS["operationContext"]["environmentVariables"]
    assert variables["TAVUS_API_KEY"].keys() == {"secret"}
    assert variables["TAVUS_RECOVERY"] == "account"


@pytest.mark.parametrize("path", [*FILES, ROOT / "examples/deployments/settings.sh"], ids=lambda path: path.name)
def test_a_file_says_that_it_was_not_run(path: Path) -> None:
    """Whoever copies one knows what was tried and what was not."""
    assert "ot run " in path.read_text()[:600]


def test_the_parts_of_the_fleet_are_all_there() -> None:
    """Stacks side by side have all rows between them, under the names that fleet.py knows."""
    fleet = [each["spec"] for each in objects("Stack") if each["spec"].get("repoDir") == "examples/fleet"]
    assert [each["config"]["fleet:part"] for each in fleet] == [f"{number}/{len(fleet)}" for number in range(1, len(fleet) + 1)]
    assert [each["stack"].rpartition("/")[2] for each in fleet] == [
        f"fleet-{each['config']['fleet:part'].replace('/', '-of-')}" for each in fleet
    ]
