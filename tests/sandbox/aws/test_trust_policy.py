"""Trust policies, which let Tavus's account assume a role or not."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.sandbox.aws.trust_policy import allows_tavus

TAVUS = {"AWS": "arn:aws:iam::291871421005:root"}
EXTERNAL_ID = {"StringEquals": {"sts:ExternalId": "tavus"}}
GOOD = {"Effect": "Allow", "Principal": TAVUS, "Action": "sts:AssumeRole", "Condition": EXTERNAL_ID}


def policy(*statements: Any) -> dict[str, Any]:
    """Return a policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allows(**changes: Any) -> bool:
    """Return whether the good statement with these changes lets Tavus assume the role."""
    return allows_tavus(policy({**GOOD, **changes}), "tavus")


@pytest.mark.parametrize(
    "principal",
    [
        TAVUS,
        {"AWS": "291871421005"},
        {"AWS": ["arn:aws:iam::123456789012:root", "291871421005"]},
        {"AWS": "*"},
        "*",
        {"AWS": "arn:aws-us-gov:iam::291871421005:root"},
    ],
)
def test_principals_with_the_account_are_accepted(principal: Any) -> None:
    """A principal can be the account's number, its root ARN, a list with either, or everybody."""
    assert allows(Principal=principal)


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "arn:aws:iam::123456789012:root"},
        {"AWS": "arn:aws:iam::291871421005:user/x"},
        {"Service": "291871421005"},
        {"AWS": []},
        {"AWS": {}},
        None,
        7,
        {"AWS": "2918714210050"},
    ],
)
def test_other_principals_are_refused(principal: Any) -> None:
    """A principal that is another account, or nobody, is refused."""
    assert not allows(Principal=principal)


@pytest.mark.parametrize(
    "action", ["sts:AssumeRole", "STS:assumerole", "sts:*", "*", "sts:Assume????", ["sts:TagSession", "sts:AssumeRole"]]
)
def test_actions_with_assume_role_are_accepted(action: Any) -> None:
    """Actions can have wildcards and lists, in any case."""
    assert allows(Action=action)


@pytest.mark.parametrize("action", ["sts:AssumeRoleWithSAML", "s3:*", [], None, {}, "sts:Assume?"])
def test_other_actions_are_refused(action: Any) -> None:
    """A statement with other actions does not allow Tavus to assume the role."""
    assert not allows(Action=action)


@pytest.mark.parametrize(
    "condition",
    [
        EXTERNAL_ID,
        {"StringEquals": {"STS:externalid": ["other", "tavus"]}},
        {"StringEqualsIgnoreCase": {"sts:ExternalId": "TAVUS"}},
        {"StringLike": {"sts:ExternalId": "tav*"}},
        {"StringNotEquals": {"sts:ExternalId": "other"}},
        {"StringEquals": {"sts:ExternalId": "tavus"}, "StringNotLike": {"sts:ExternalId": "x*"}},
    ],
)
def test_conditions_that_are_met_are_accepted(condition: Any) -> None:
    """The operator compares the ExternalId, and all conditions must be met."""
    assert allows(Condition=condition)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"sts:ExternalId": "Tavus"}},
        {"StringEquals": {"sts:ExternalId": []}},
        {"StringLike": {"sts:ExternalId": "t?vu"}},
        {"StringEquals": {"sts:ExternalId": "tavus", "aws:SourceIp": "10.0.0.1"}},
        {"StringEquals": {"sts:ExternalId": "tavus"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {},
        None,
        [],
        {"StringEquals": "tavus"},
    ],
)
def test_other_conditions_are_refused(condition: Any) -> None:
    """Other ids, further conditions that cannot be evaluated, and no condition are refused."""
    assert not allows(Condition=condition)


def test_a_deny_overrides_every_allow() -> None:
    """A Deny that applies overrides every Allow; one that does not apply changes nothing."""
    deny = {**GOOD, "Effect": "Deny"}
    other = {**deny, "Principal": {"AWS": "123456789012"}}
    assert not allows_tavus(policy(GOOD, deny), "tavus")
    assert allows_tavus(policy(GOOD, other), "tavus")
    unless = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Condition": {"StringNotEquals": {"sts:ExternalId": "tavus"}},
    }
    assert allows_tavus(policy(GOOD, unless), "tavus")
    assert not allows_tavus(policy({**GOOD, "Condition": {"StringLike": {"sts:ExternalId": "*"}}}, unless), "other")


@pytest.mark.parametrize("document", [None, "{}", [], {}, {"Statement": None}, {"Statement": "x"}, {"Statement": [1, None]}])
def test_a_document_that_is_not_a_policy_allows_nothing(document: Any) -> None:
    """Any value can be in the place of a policy."""
    assert not allows_tavus(document, "tavus")


def test_a_single_statement_needs_no_list() -> None:
    """AWS treats a single statement as a list of one."""
    assert allows_tavus({"Statement": GOOD}, "tavus")
