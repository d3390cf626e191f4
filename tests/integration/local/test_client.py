"""The app's own clients: one connection pool for every part and every person, tokens kept apart."""

from __future__ import annotations

import threading

import pytest
from storage3.exceptions import StorageApiError

from mediaops.client import http, person_client, rpc, service_client
from mediaops.errors import Forbidden, MediaOpsError, NotFound, NotSignedIn
from tests.support import AssetMaker, Person


def test_every_part_uses_the_one_pool(people: dict[str, Person]) -> None:
    client = person_client(people["staff"].access_token)
    assert client.postgrest.session is http()
    assert client.storage.session is http()
    assert client.auth._http_client is http()  # pyright: ignore[reportPrivateUsage]


def test_rest_storage_and_auth_act_as_the_person(people: dict[str, Person], make_asset: AssetMaker) -> None:
    asset = make_asset(content=b"seen by staff")
    path = f"{asset[:2]}/{asset}/original"
    staff = person_client(people["staff"].access_token)
    stranger = person_client(people["stranger"].access_token)
    assert rpc(staff, "whoami")["user_id"] == people["staff"].user_id
    assert rpc(stranger, "whoami")["user_id"] == people["stranger"].user_id
    assert staff.storage.from_("media").download(path) == b"seen by staff"
    with pytest.raises(StorageApiError) as caught:
        stranger.storage.from_("media").download(path)
    assert caught.value.status == "404"
    found = staff.auth.get_user(people["staff"].access_token)
    assert found is not None
    assert found.user.id == people["staff"].user_id


def test_the_service_keeps_its_key_after_a_person_used_the_pool(people: dict[str, Person]) -> None:
    person_client(people["staff"].access_token).storage.from_("media").list()
    service = service_client()
    assert service.storage.get_bucket("media").public is False
    assert people["staff"].email in {user.email for user in service.auth.admin.list_users(per_page=1000)}


def test_many_threads_do_not_mix_people(people: dict[str, Person]) -> None:
    answered: set[tuple[str, str]] = set()

    def ask(person: Person) -> None:
        client = person_client(person.access_token)
        answered.update((person.user_id, rpc(client, "whoami")["user_id"]) for _ in range(10))

    threads = [threading.Thread(target=ask, args=(person,)) for person in people.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answered == {(person.user_id, person.user_id) for person in people.values()}


@pytest.mark.parametrize(
    ("role", "function", "arguments", "kind", "code"),
    [
        ("stranger", "library_facets", {}, Forbidden, "not_staff"),
        ("staff", "get_asset", {"p_asset": "0" * 8 + "-0000-4000-8000-" + "0" * 12}, NotFound, "not_found"),
    ],
)
def test_errors_come_with_code_message_and_hint(
    people: dict[str, Person],
    role: str,
    function: str,
    arguments: dict[str, str],
    kind: type[MediaOpsError],
    code: str,
) -> None:
    with pytest.raises(kind) as caught:
        rpc(person_client(people[role].access_token), function, **arguments)
    assert caught.value.code == code
    assert caught.value.message


def test_a_forged_token_is_nobody(people: dict[str, Person]) -> None:
    token = people["staff"].access_token
    with pytest.raises(NotSignedIn):
        rpc(person_client(token[:-6] + "AAAAAA"), "whoami")
