"""Clients that others wrote, against the simulators: what they can do is what a real site would let them do.

Starts `backline sim` on free ports with an empty data folder, plays a story with PyPI `jira` and `PyGithub`,
and stops it.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

from github import Auth, Github
from jira import JIRA, JIRAError

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "backline"


def wait(what, look, seconds=20):
    """Looks until it is there; a story that does not end is a failure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s")


def play_jira(info):
    """Create with mandatory fields, edit, transition with a screen, comment, link, search."""
    jira = JIRA(
        server=info["jira"]["site"],
        basic_auth=(info["jira"]["email"], info["jira"]["token"]),
        options={"rest_api_version": "3"},
        max_retries=0,
    )
    assert jira.myself()["accountId"]
    fields = jira._get_json(
        f"issue/createmeta/{info['jira']['project']}/issuetypes"
    )["issueTypes"]
    bug = next(kind for kind in fields if kind["name"] == "Bug")
    screen = jira._get_json(
        f"issue/createmeta/{info['jira']['project']}/issuetypes/{bug['id']}", params={"maxResults": 200}
    )["fields"]
    mandatory = [f for f in screen if f["required"] and not f.get("hasDefaultValue")]
    values = {
        field["fieldId"]: {"id": field["allowedValues"][0]["id"]}
        for field in mandatory
        if field.get("allowedValues") and field["fieldId"] not in ("project", "issuetype")
    }
    base = {
        "project": {"key": info["jira"]["project"]},
        "issuetype": {"id": bug["id"]},
        "summary": "Made by somebody else's client",
    }
    try:
        jira.create_issue(fields=base, prefetch=False)
        raise AssertionError("a mandatory field was left out, and Jira took it")
    except JIRAError as error:
        assert error.status_code == 400, error
        for name in values:
            assert name in error.response.json()["errors"], error.text
    issue = jira.create_issue(fields={**base, **values}, prefetch=False)
    issue = jira.issue(issue.key)
    issue.update(fields={"labels": ["one", "two"]})
    assert sorted(jira.issue(issue.key).fields.labels) == ["one", "two"]
    body = {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "A word."}]}],
    }
    jira.add_comment(issue.key, body)
    assert len(jira.comments(issue.key)) == 1
    jira.add_simple_link(issue, {"url": "https://example.org/1", "title": "one"})
    assert len(jira.remote_links(issue.key)) == 1
    done = next(t for t in jira.transitions(issue, expand="transitions.fields") if t["to"]["statusCategory"]["key"] == "done")
    try:
        jira.transition_issue(issue, done["id"])
        raise AssertionError("the screen demands a resolution, and Jira did without")
    except JIRAError as error:
        assert error.status_code == 400, error
    resolution = done["fields"]["resolution"]["allowedValues"][0]["id"]
    jira.transition_issue(issue, done["id"], fields={"resolution": {"id": resolution}})
    assert jira.issue(issue.key).fields.status.statusCategory.key == "done"
    found = wait(
        "the index catches up",
        lambda: jira.enhanced_search_issues(f"project = {info['jira']['project']} AND labels = one"),
    )
    assert [hit.key for hit in found] == [issue.key]
    issue.delete()
    try:
        jira.issue(issue.key)
        raise AssertionError("a deleted issue was found")
    except JIRAError as error:
        assert error.status_code == 404, error


def play_github(info):
    """A branch, a commit, a pull request: edited, listed, reviewed, merged."""
    hub = Github(auth=Auth.Token(info["github"]["token"]), base_url=info["github"]["api"], retry=None)
    repository = hub.get_repo(info["github"]["repository"])
    head = repository.get_git_ref("heads/main").object.sha
    repository.create_git_ref("refs/heads/theirs", head)
    repository.create_file("THEIRS.md", "Add a file", "words", branch="theirs")
    pull = repository.create_pull(base="main", head="theirs", title="Theirs", body="Words.")
    pull.edit(body="Other words.")
    assert repository.get_pull(pull.number).body == "Other words."
    assert [file.filename for file in pull.get_files()] == ["THEIRS.md"]
    pull.create_issue_comment("A comment.")
    assert pull.get_issue_comments().totalCount == 1
    assert pull.merge().merged
    assert repository.get_pull(pull.number).merged
    assert pull.number in [closed.number for closed in repository.get_pulls(state="closed")]


def main():
    with tempfile.TemporaryDirectory() as data:
        sim = subprocess.Popen(
            [str(BINARY), "sim", "--listen", "127.0.0.1:0", "--data", data, "--json"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            url = json.loads(sim.stdout.readline())["sim"]
            with urllib.request.urlopen(f"{url}/_sim/info") as answer:
                info = json.load(answer)
            for play in (play_jira, play_github):
                play(info)
                print(f"{play.__doc__.splitlines()[0]} ok")
        finally:
            sim.kill()
            sim.wait()
    print("2 passed, 0 failed")


if __name__ == "__main__":
    sys.exit(main())
