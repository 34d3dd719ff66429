"""Which trust policies let Tavus's account assume a role."""

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


def judged(**changes: Any) -> bool:
    """Judge the good statement with these changes."""
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
def test_principals_that_name_the_account(principal: Any) -> None:
    """The account may stand there as number, as root ARN, in a list, or as everybody."""
    assert judged(Principal=principal)


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
def test_principals_that_do_not(principal: Any) -> None:
    """Others, or nobody, are not Tavus."""
    assert not judged(Principal=principal)


@pytest.mark.parametrize(
    "action", ["sts:AssumeRole", "STS:assumerole", "sts:*", "*", "sts:Assume????", ["sts:TagSession", "sts:AssumeRole"]]
)
def test_actions_that_allow_it(action: Any) -> None:
    """Actions know wildcards, lists and no case."""
    assert judged(Action=action)


@pytest.mark.parametrize("action", ["sts:AssumeRoleWithSAML", "s3:*", [], None, {}, "sts:Assume?"])
def test_actions_that_do_not(action: Any) -> None:
    """Other actions do not allow it."""
    assert not judged(Action=action)


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
def test_conditions_that_hold(condition: Any) -> None:
    """The ExternalId is compared as the operator says; all conditions have to hold."""
    assert judged(Condition=condition)


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
def test_conditions_that_do_not(condition: Any) -> None:
    """Other ids, further conditions that cannot be judged, and no condition at all are refused."""
    assert not judged(Condition=condition)


def test_a_denial_wins() -> None:
    """An applying Deny overrules any Allow; one that does not apply changes nothing."""
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
def test_what_is_no_policy_lets_nobody_in(document: Any) -> None:
    """Anything may stand where a policy should."""
    assert not allows_tavus(document, "tavus")


def test_a_single_statement_needs_no_list() -> None:
    """AWS takes a lone statement for a list of one."""
    assert allows_tavus({"Statement": GOOD}, "tavus")
