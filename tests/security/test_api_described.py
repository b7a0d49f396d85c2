"""Whatever a program sends by the API's own description gets an answer of the description."""

from __future__ import annotations

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from site_stages import ready
from trialwright.store import StudyStore
from web_signing_in import sign_in

EXAMPLES = 8
# Every request bears the token, so that the check that invents other credentials has nothing to say; and a
# number written as text can be of the described shape and no number, which is refused with 422.
NOT_ASKED = [ignored_auth, positive_data_acceptance]


@pytest.fixture
def token(site: StudyStore) -> str:
    """A coordinator's token, in a study whose first person is ready for treatment."""
    ready(site)
    page = sign_in("coco").post("/account/tokens/", {"name": "explorer", "days": "1"})
    found = re.search(r"tw_[\w-]+", page.content.decode())
    assert found is not None
    return found[0]


def test_every_answer_is_one_that_the_description_names(site: StudyStore, token: str) -> None:
    """No fault of the server, no status and no shape that is not described; the record stays whole."""
    from django.core.wsgi import get_wsgi_application

    headers = {"Authorization": f"Bearer {token}", "Host": "localhost"}
    description = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), headers=headers
    )
    explored = 0
    for result in description.get_all_operations():
        operation = result.ok()
        explored += 1

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def explore(case: Any) -> None:
            answer = case.call(headers=headers)
            assert answer.status_code < 500, case.as_curl_command()
            case.validate_response(answer, excluded_checks=NOT_ASKED)

        explore()
    assert explored > 50
    assert site.verify()
    assert not site.rebuild()
