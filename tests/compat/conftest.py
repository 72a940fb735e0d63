"""Fixtures of the compatibility tests. Environment: BASE, TOKENS (json file), VERIFY=0, LATER=0 (expect everything)."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import helpers as H  # noqa: E402
import later  # noqa: E402

TOK = H.load_tokens()
WAITING = later.Waiting.read() if os.environ.get("LATER", "1") != "0" else later.Waiting({})


def pytest_collection_modifyitems(config, items):
    """Whole files of later.txt do not run, nor what wavers; single tests of it run and must fail."""
    kept, left_out = [], []
    for item in items:
        path, _, test = item.nodeid.partition("::")
        node = f"{os.path.basename(path)}::{test}"
        if WAITING.leaves_out(node):
            left_out.append(item)
            continue
        kept.append(item)
        capability = WAITING.for_test(node)
        if capability:
            item.add_marker(pytest.mark.xfail(reason=f"waits for {capability}", strict=True))
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Nothing is skipped in silence: a test that skips itself must be in later.txt, or it fails."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("LATER", "1") != "0":
        if not item.get_closest_marker("xfail"):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} skipped itself: {report.longrepr}"
    return report


def _need(name):
    if not TOK.get(name):
        pytest.skip(f"TOKENS has no {name!r}")
    return TOK[name]


@pytest.fixture(scope="session")
def tokens():
    return TOK


@pytest.fixture(scope="session")
def user():
    return H.Client(_need("user"), name="user")


@pytest.fixture(scope="session")
def user2():
    return H.Client(_need("user2"), name="user2")


@pytest.fixture(scope="session")
def admin():
    return H.Client(_need("admin"), name="admin")


@pytest.fixture(scope="session")
def anon():
    return H.Client(None, name="anon")


def _id_of(client):
    """The user id behind a token, learnt from a draft's owner."""
    d = H.new_draft(client)
    uid = str(d["parent"]["access"]["owned_by"]["user"])
    client.delete(f"/records/{d['id']}/draft")
    return uid


@pytest.fixture(scope="session")
def user_id(user):
    return str(TOK.get("user_id") or _id_of(user))


@pytest.fixture(scope="session")
def user2_id(user2):
    return str(TOK.get("user2_id") or _id_of(user2))


@pytest.fixture(scope="session")
def admin_id(admin):
    return str(TOK.get("admin_id") or _id_of(admin))


# -- shared read-only data (never changed by the tests that use them) --------
@pytest.fixture(scope="module")
def ro_record(user):
    """A published metadata-only record that is only read."""
    return H.new_record(user)


@pytest.fixture(scope="module")
def ro_files(user):
    """A published record with three files that is only read."""
    return H.new_file_record(
        user,
        {"a.txt": b"alpha file\n", "b.csv": b"x,y\n1,2\n", "range.bin": b"12345678901234567"},
    )


@pytest.fixture()
def draft(user):
    return H.new_draft(user)


@pytest.fixture()
def fdraft(user):
    """A draft with files enabled and none uploaded."""
    return H.new_draft(user, files=True)


@pytest.fixture()
def record(user):
    return H.new_record(user)


@pytest.fixture()
def community(user):
    """A public community owned by user."""
    return H.new_community(user)


@pytest.fixture()
def community2(user2):
    """A public community owned by user2."""
    return H.new_community(user2)
