"""Command `tavus-provider doctor`: what it finds, and what it says about what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from packaging.requirements import Requirement

from tavus_provider.cli.checks import LOWEST_ENGINE, LOWEST_SDK
from tavus_provider.cli.main import cli
from tavus_provider.sandbox import Sandbox
from tests.cli.conftest import Create, InstallPulumi, configuration_json, list_stacks
from tests.cli.test_ending import add_intent
from tests.support.aws.proxy import AwsProxy, serve_aws_proxy
from tests.support.conversations import PERSONA

ROOT = Path(__file__).parents[2]
STACK = "organization/shop/dev"
SHOW_STACK = f"*'--show-name'*) echo {STACK};;"
PULUMI = f"""case $* in
  {SHOW_STACK}
  *version*) echo v3.274.1;;
  *'stack ls'*) echo '{list_stacks(STACK)}';;
  *) echo '{{"version": 3, "deployment": {{"resources": []}}}}';;
esac"""
CALLER = "arn:aws:iam::123456789012:user/ci"
IDENTITY = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>{CALLER}</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""

Examine = Callable[..., tuple[int, dict[str, dict[str, str]]]]


@pytest.fixture
def run(sandbox: Sandbox, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs the command for the sandbox's account, without Pulumi and AWS unless a test brings them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///states")
    account = {"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url}
    return lambda *args, **environment: CliRunner().invoke(cli, ["doctor", *args], env={**account, **environment})


@pytest.fixture
def examine(run: Callable[..., Result]) -> Examine:
    """Return a function that returns the exit code and the findings by their subject."""

    def examine(*args: str, **environment: str) -> tuple[int, dict[str, dict[str, str]]]:
        result = run("--json", *args, **environment)
        checks: list[dict[str, Any]] = json.loads(result.output)["checks"]
        return result.exit_code, {each.pop("subject"): each for each in checks}

    return examine


@pytest.fixture
def proxy(aws: str, sandbox: Sandbox, install_pulumi: InstallPulumi, tmp_path: Path) -> Iterator[AwsProxy]:
    """Let a stack named shop/dev reach AWS through a proxy that a test can let answer."""
    (tmp_path / "Pulumi.yaml").touch()
    with serve_aws_proxy(aws) as proxy:
        keys = {"tavus:apiKey": sandbox.key, "tavus:baseUrl": sandbox.url}
        configuration = configuration_json({**keys, "aws:region": "eu-west-1", "aws:endpoints": proxy.url})
        install_pulumi(PULUMI.replace(SHOW_STACK, f"{SHOW_STACK} *'config '*) echo '{configuration}';;"))
        proxy.script("GetCallerIdentity", IDENTITY)
        yield proxy


def test_tavus_is_asked_once_what_is_active(run: Callable[..., Result], sandbox: Sandbox, install_pulumi: InstallPulumi) -> None:
    """The account's line and the comparison with the stacks share the answer."""
    install_pulumi(PULUMI)
    assert run("--persona", PERSONA).exit_code == 0
    assert [each["path"] for each in sandbox.control.calls()].count("/v2/conversations") == 1


def test_a_machine_that_has_everything_but_aws(run: Callable[..., Result], create: Create, install_pulumi: InstallPulumi) -> None:
    """The table has one line for each check; a check that is not needed is skipped and counts as no problem."""
    create()
    install_pulumi(PULUMI)
    result = run("--persona", PERSONA)
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in result.output.splitlines()}
    assert result.exit_code == 0, result.output
    assert lines["SDK"].startswith("ok pulumi 3.")
    assert lines["engine"] == "ok pulumi 3.274.1 on PATH"
    assert lines["backend"] == "ok 1 stack in file:///states"
    assert lines["account"].endswith("accepts the key; 1 active conversation")
    assert lines["persona"].startswith(f"ok {PERSONA} is '")
    assert lines["orphans"] == "ok 1 active conversation that no stack has, none of an interrupted run"
    assert lines["AWS"] == "skipped there are no AWS credentials; only recordings need them"
    assert lines["permissions"] == "skipped needs the AWS credentials"
    assert lines["journal"].startswith("ok ")
    assert lines["journal"].endswith("intents has 0 intents")


def test_a_machine_that_has_nothing(examine: Examine) -> None:
    """The command reports each problem once, with what to do, and skips the checks that depend on it."""
    code, found = examine(TAVUS_API_KEY="")
    assert code == 1
    problems = {subject: each["message"] for subject, each in found.items() if each["status"] == "problem"}
    assert problems.keys() == {"engine", "account"}
    assert problems["engine"] == "there is no pulumi on PATH: install it (https://www.pulumi.com/docs/install/)"
    assert problems["account"].startswith("there is no Tavus API key: set TAVUS_API_KEY")
    assert found["backend"]["message"] == "needs the engine"
    assert found["orphans"]["message"] == "needs the account"


def test_an_old_engine_a_wrong_key_and_a_closed_backend(examine: Examine, install_pulumi: InstallPulumi) -> None:
    """The messages are those of the engine and of Tavus."""
    install_pulumi("case $* in *version*) echo v3.253.1;; *) echo 'error: PULUMI_ACCESS_TOKEN must be set' >&2; exit 255;; esac")
    code, found = examine(TAVUS_API_KEY="wrong")
    assert code == 1
    assert found["engine"]["message"] == "pulumi 3.253.1 on PATH is not tested with this package: install 3.254.0 or later"
    assert "PULUMI_ACCESS_TOKEN must be set" in found["backend"]["message"]
    assert "401" in found["account"]["message"]


def test_a_persona_that_the_account_lacks(examine: Examine, install_pulumi: InstallPulumi) -> None:
    """The message says that Tavus does not have it."""
    install_pulumi(PULUMI)
    code, found = examine("--persona", "pnobody")
    assert (code, found["persona"]["status"]) == (1, "problem")
    assert found["persona"]["message"] == "could not read persona pnobody: it does not exist in this account"


def test_what_interrupted_runs_left_is_a_problem(
    sandbox: Sandbox, examine: Examine, create: Create, install_pulumi: InstallPulumi
) -> None:
    """A conversation that is billed and that no state has is named with the command that ends it."""
    install_pulumi(PULUMI)
    add_intent(sandbox, create())
    code, found = examine()
    assert (code, found["orphans"]["status"]) == (1, "problem")
    assert found["orphans"]["message"].startswith("1 active conversation of interrupted runs: end them with `tavus-provider ")
    assert found["journal"]["message"].endswith("has 1 intent")


def test_permissions_are_simulated(examine: Examine, proxy: AwsProxy) -> None:
    """IAM is asked about each action on a bucket and a role of the name, and what it does not allow is listed."""
    proxy.script("SimulatePrincipalPolicy", simulation(("s3:CreateBucket", "allowed"), ("iam:CreateRole", "explicitDeny")))
    code, found = examine("--stack", "dev", "--storage", "calls")
    assert found["AWS"]["message"] == f"{CALLER}, eu-west-1"
    assert (code, found["permissions"]["status"]) == (1, "problem")
    assert found["permissions"]["message"] == (
        "a RecordingStorage named 'calls' also needs iam:CreateRole: see docs/aws-permissions.md"
    )
    asked = b"".join(proxy.contents).decode()
    assert "arn%3Aaws%3As3%3A%3A%3Acalls-doctor" in asked
    assert "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fcalls-doctor" in asked


def test_sufficient_permissions(examine: Examine, proxy: AwsProxy) -> None:
    """Where IAM allows everything, the line says for which name."""
    proxy.script("SimulatePrincipalPolicy", simulation(("s3:CreateBucket", "allowed")))
    code, found = examine("--stack", "dev")
    assert (code, found["permissions"]["status"]) == (0, "ok"), json.dumps(found)
    assert found["permissions"]["message"] == "a RecordingStorage named 'recordings' can be created, changed and deleted"


def test_a_caller_who_may_not_simulate(examine: Examine, proxy: AwsProxy) -> None:
    """The check reports no problem, because a caller who may create buckets and roles need not be able to simulate."""
    proxy.refuse("SimulatePrincipalPolicy")
    code, found = examine("--stack", "dev")
    assert (code, found["permissions"]["status"]) == (0, "skipped"), json.dumps(found)
    assert "could not simulate the permissions of arn:aws:iam::123456789012:user/ci" in found["permissions"]["message"]
    assert "iam:SimulatePrincipalPolicy" in found["permissions"]["message"]


def test_the_lowest_versions_are_those_of_the_project() -> None:
    """The command requires the versions that requirements.txt asks for and that the tests pass with."""
    required = next(
        Requirement(line) for line in (ROOT / "requirements.txt").read_text().splitlines() if line.startswith("pulumi")
    )
    assert not required.specifier.contains("3.234.9")
    assert required.specifier.contains(LOWEST_SDK)
    assert f'OLDEST = "{LOWEST_ENGINE}"' in (ROOT / "tools/pulumi/check.py").read_text().splitlines()


def simulation(*decisions: tuple[str, str]) -> str:
    """Return IAM's answer. Source: AWS IAM API reference, SimulatePrincipalPolicy, example."""
    members = "".join(
        f"<member><EvalActionName>{action}</EvalActionName><EvalDecision>{decision}</EvalDecision></member>"
        for action, decision in decisions
    )
    return f"""<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult>
<IsTruncated>false</IsTruncated><EvaluationResults>{members}</EvaluationResults>
</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"""
