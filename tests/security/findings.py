"""Findings of scanners, and which of them are accepted: accepted.toml gives each accepted finding its reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

ACCEPTED = Path(__file__).with_name("accepted.toml")


@dataclass(frozen=True)
class Finding:
    """Result of one check of a scanner about one resource, an ARN."""

    scanner: str
    check: str
    resource: str
    passed: bool
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.scanner} {self.check} on {self.resource}: {self.detail}"


@dataclass(frozen=True)
class Acceptance:
    """Accepted failures of a check, and the reason; resource and detail are patterns with * in them."""

    scanner: str
    check: str
    resource: str
    reason: str
    detail: str = "*"

    def covers(self, finding: Finding) -> bool:
        """Return whether the finding is accepted by this."""
        same = (finding.scanner, finding.check) == (self.scanner, self.check)
        return same and fnmatchcase(finding.resource, self.resource) and fnmatchcase(finding.detail, self.detail)


@dataclass
class Verdict:
    """Findings by outcome, and the acceptances that no finding needs."""

    passed: list[Finding] = field(default_factory=list)
    accepted: list[Finding] = field(default_factory=list)
    failed: list[Finding] = field(default_factory=list)
    needless: list[Acceptance] = field(default_factory=list)


def acceptances(scanner: str, path: Path = ACCEPTED) -> list[Acceptance]:
    """Return the accepted findings of a scanner; raises TypeError for an entry without a reason."""
    entries = tomllib.loads(path.read_text())["accepted"]
    return [each for each in (Acceptance(**entry) for entry in entries) if each.scanner == scanner]


def judge(findings: Iterable[Finding], accepted: Iterable[Acceptance]) -> Verdict:
    """Sort findings by whether they passed, are accepted, or failed."""
    accepted, verdict, used = list(accepted), Verdict(), set[Acceptance]()
    for finding in findings:
        if finding.passed:
            verdict.passed.append(finding)
        elif covering := [each for each in accepted if each.covers(finding)]:
            verdict.accepted.append(finding)
            used.update(covering)
        else:
            verdict.failed.append(finding)
    verdict.needless = [each for each in accepted if each not in used]
    return verdict
