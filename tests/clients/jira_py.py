"""PyPI `jira`, unchanged, against the simulated site.

It has no method for dynamic webhooks, and knows the create metadata of Jira Cloud only by the older call.
"""

import io
import warnings

import consent
import kinds
import story
from jira import JIRA, JIRAError

DANA = "712020:292a1f5e-7c1d-4a39-9c55-0b7e6f1c2d3a"
# It asks for application links before it makes a remote link, and goes on without.
UNSUPPORTED = ["/rest/applinks/latest/listApplicationlinks"]


def connect(door, token=None):
    login = {"token_auth": token or door.token} if door.is_app else {"basic_auth": door.basic}
    return JIRA(server=door.base, options={"rest_api_version": "3"}, max_retries=0, **login)


def refused(status, call, *arguments, **named):
    """The body of the refusal that a call must end in."""
    try:
        call(*arguments, **named)
    except JIRAError as error:
        assert error.status_code == status, error
        return error.response.json() if error.response.text else None
    raise AssertionError(f"not refused with {status}")


def screens(jira, project):
    """Each issue type of a project with the fields of its create screen."""
    with warnings.catch_warnings(action="ignore"):
        found = jira.createmeta(projectKeys=project, expand="projects.issuetypes.fields")["projects"]
    assert [row["key"] for row in found] == [project]
    rows = found[0]["issuetypes"]
    return [(row, [{"fieldId": id, **field} for id, field in row["fields"].items()]) for row in rows]


def bug(jira, door, **more):
    """What a bug needs: a value for each mandatory field without a default."""
    row, fields = next(found for found in screens(jira, door.project) if found[0]["name"] == "Bug")
    must = [field for field in fields if field["required"] and not field.get("hasDefaultValue")]
    values, _ = kinds.fill(must, {})
    return {**values, "project": {"key": door.project}, "issuetype": {"id": row["id"]}, "summary": "Theirs", **more}


def everything(jira, project):
    """Per issue type: its row, its fields, and bodies of a create with a value for each field."""
    base = {"project": {"key": project}, "summary": "Chosen by the samples"}
    rows = [found for found in screens(jira, project) if found[0]["name"] != kinds.ODD]
    top = max(rows, key=lambda found: found[0]["hierarchyLevel"])[0]
    plain = next(row for row, _ in rows if row["name"] in ("Task", "Everything"))
    above, task = (jira.create_issue(fields={**base, "issuetype": {"id": row["id"]}}).key for row in (top, plain))
    places = {"$person": DANA, "$group": jira.groups(query="security")[0], "$project": project, "$other": task}
    for row, fields in rows:
        values, verbs = kinds.fill(fields, places | {"$parent": task if row["subtask"] else above})
        values |= {"project": {"key": project}, "issuetype": {"id": row["id"]}}
        yield row, fields, values, verbs


def compare(jira, key, fields, values, verbs):
    got = jira.issue(key).raw["fields"]
    for field in fields:
        sent = verbs.get(field["fieldId"], values.get(field["fieldId"]))
        if sent is not None and kinds.is_written(field):
            kinds.check(field, sent, got[field["fieldId"]])


def who_and_what(jira, door):
    assert jira.myself()["emailAddress"] == door.info["jira"]["email"]
    assert jira.server_info()["deploymentType"] == "Cloud"
    assert jira.server_info()["baseUrl"] == door.info["jira"]["site"]
    held = jira.my_permissions(projectKey=door.project, permissions="CREATE_ISSUES,BROWSE_PROJECTS")["permissions"]
    assert held["CREATE_ISSUES"]["havePermission"]
    body = refused(400, jira.my_permissions, permissions="BROWSE_USERS")
    assert body["errors"] == {"BROWSE_USERS": "Unrecognized permission"}, body
    assert {c.key for c in jira.statuscategories()} == {"undefined", "new", "indeterminate", "done"}


def projects_versions_and_components(jira, door):
    assert len(jira.projects()) > 50
    assert jira.project(door.project).key == door.project
    refused(404, jira.project, "NONE")
    name = f"9.1-{door.name}"
    made = jira.create_version(name, door.project, description="Theirs", releaseDate="2026-12-24", released=True)
    assert jira.version(made.id).releaseDate == "2026-12-24"
    assert jira.get_project_version_by_name(door.project, name).released
    jira.create_component(f"ours-{door.name}", door.project)
    assert f"ours-{door.name}" in [component.name for component in jira.project_components(door.project)]
    bugs = next(fields for row, fields in screens(jira, door.project) if row["name"] == "Bug")
    allowed = next(field for field in bugs if field["fieldId"] == "fixVersions")["allowedValues"]
    assert name in [version["name"] for version in allowed]


def people(jira, door):
    assert [user.displayName for user in jira.search_users(query="dan")] == ["Dev Dana"]
    assert jira.search_users(query="ana") == [], "words are found by how they begin"
    found = jira.search_assignable_users_for_issues(query="sam", project=door.project)
    assert [user.displayName for user in found] == ["Sam Security"]
    assert not getattr(found[0], "emailAddress", None), "this person hides the address"
    assert jira.user(DANA).accountId == DANA
    refused(404, jira.user, "nobody")


def create_with_every_kind_of_field(jira, door):
    """What only an edit's verbs can write is left to the edit: this client has no verbs for a create."""
    listed = [project.key for project in jira.projects()]
    seen = set()
    for project in (key for key in kinds.PROJECTS if key in listed):
        for row, fields, values, _ in everything(jira, project):
            made = jira.create_issue(fields=values)
            assert made.fields.issuetype.id == row["id"]
            compare(jira, made.key, fields, values, {})
            seen |= kinds.written(fields)
    assert kinds.writable(jira.fields()) <= seen, kinds.writable(jira.fields()) - seen


def edit_every_kind_of_field(jira, door):
    listed = [project.key for project in jira.projects()]
    for project in (key for key in kinds.PROJECTS if key in listed):
        for row, fields, values, verbs in everything(jira, project):
            if row["name"] not in ("Bug", "Task", "Everything"):
                continue
            must = {f["fieldId"]: values[f["fieldId"]] for f in fields if f["required"] and f["fieldId"] in values}
            issue = jira.create_issue(fields={**must, "summary": "To be edited"})
            wanted = {name: value for name, value in values.items() if name not in ("project", "issuetype")}
            issue.update(fields=wanted, update=verbs)
            compare(jira, issue.key, fields, wanted, verbs)
            empty_again(jira, issue, [field for field in fields if field["fieldId"] not in verbs])


def empty_again(jira, issue, fields):
    """Every optional field is emptied: a list by an empty list, any other by null."""
    kept = ("priority", "timetracking")
    free = [f for f in fields if not f["required"] and kinds.is_written(f) and f["fieldId"] not in kept]
    issue.update(fields={f["fieldId"]: [] if f["schema"]["type"] == "array" else None for f in free})
    got = jira.issue(issue.key).raw["fields"]
    for field in free:
        left = got.get(field["fieldId"])
        # A description that was emptied is a document without content; one never written would be null.
        assert not left or left == {"type": "doc", "version": 1, "content": []}, (field["name"], left)


def edit_by_verbs(jira, door):
    issue = jira.create_issue(fields=bug(jira, door, labels=["one", "two"]))
    issue.update(update={"labels": [{"add": "three"}, {"remove": "one"}]}, notify=False)
    assert jira.issue(issue.key).fields.labels == ["three", "two"]
    jira.assign_issue(issue.key, "Dev Dana")
    assert jira.issue(issue.key).fields.assignee.accountId == DANA
    jira.assign_issue(issue.key, None)
    assert jira.issue(issue.key).fields.assignee is None
    history = jira.issue(issue.key, expand="changelog").changelog.histories
    items = [(item.field, item.fromString, item.toString) for one in history for item in one.items]
    assert ("assignee", "Dev Dana", None) in items, items
    assert {one.author.emailAddress for one in history} == {door.info["jira"]["email"]}


def refusals_of_a_create(jira, door):
    base = {"project": {"key": door.project}, "summary": "Refused"}
    row, fields = next(found for found in screens(jira, door.project) if found[0]["name"] == "Bug")
    base["issuetype"] = {"id": row["id"]}
    must = [f["fieldId"] for f in fields if f["required"] and not f.get("hasDefaultValue")]
    must = set(must) - {"project", "issuetype", "summary"}
    assert len(must) >= 2
    assert set(refused(400, jira.create_issue, fields=base)["errors"]) == must
    select = next(f for f in fields if f["schema"].get("custom", "").endswith(":select"))["fieldId"]
    wrong = {
        select: {"value": "No such option"},
        "labels": ["with space"],
        "description": "A string, not a document",
        "customfield_99999": "unknown",
        "fixVersions": [{"name": "no such version"}],
        "summary": "x" * 256,
    }
    errors = refused(400, jira.create_issue, fields=bug(jira, door, **wrong))["errors"]
    assert set(errors) == set(wrong), errors
    assert errors["labels"] == "The label 'with space' contains spaces which is invalid."
    assert errors["description"].startswith("Operation value must be an Atlassian Document")
    assert "not on the appropriate screen" in errors["customfield_99999"]
    errors = refused(400, jira.create_issue, fields={**base, "project": {"key": "NONE"}})["errors"]
    assert "project" in errors, errors
    odd = {"type": "doc", "version": 1, "content": [{"type": "nonsense"}]}
    body = refused(400, jira.create_issue, fields=bug(jira, door, description=odd))
    assert body["errorMessages"] == ["INVALID_INPUT"], body


def transition_with_a_screen(jira, door):
    issue = jira.create_issue(fields=bug(jira, door))
    body = refused(400, jira.transition_issue, issue, "9999")
    assert body["errorMessages"] == ["Transition id '9999' is not valid for this issue."], body
    done = next(
        t for t in jira.transitions(issue, expand="transitions.fields") if t["to"]["statusCategory"]["key"] == "done"
    )
    assert done["hasScreen"] and done["fields"]["resolution"]["required"]
    assert "resolution" in refused(400, jira.transition_issue, issue, done["id"])["errors"]
    resolution = done["fields"]["resolution"]["allowedValues"][-1]
    version = done["fields"]["fixVersions"]["allowedValues"][-1]
    fields = {"resolution": {"id": resolution["id"]}, "fixVersions": [{"id": version["id"]}], "assignee": {"id": DANA}}
    assert "labels" in refused(400, jira.transition_issue, issue, done["id"], {**fields, "labels": ["x"]})["errors"]
    jira.transition_issue(issue, done["name"], fields, comment=kinds.document("Fixed by a pull request."))
    got = jira.issue(issue.key)
    assert got.fields.status.statusCategory.key == "done"
    assert got.fields.resolution.id == resolution["id"]
    assert [one.id for one in got.fields.fixVersions] == [version["id"]]
    assert got.fields.assignee.accountId == DANA
    assert [one.raw["body"] for one in jira.comments(issue)] == [kinds.document("Fixed by a pull request.")]
    jira.transition_issue(issue, "Reopen")
    assert jira.issue(issue.key).fields.resolution is None


def comments(jira, door):
    issue = jira.create_issue(fields=bug(jira, door))
    for n in range(3):
        jira.add_comment(issue.key, kinds.document(f"Word {n}"), visibility={"type": "role", "value": "Administrators"})
    first = jira.comments(issue, order_by="-created", max_results=1)
    assert [one.raw["body"] for one in first] == [kinds.document("Word 2")]
    first[0].update(body=kinds.document("Other words"))
    again = jira.comment(issue, first[0].id)
    assert again.raw["body"] == kinds.document("Other words")
    assert again.visibility.value == "Administrators"
    again.delete()
    assert len(jira.comments(issue)) == 2
    refused(404, jira.comment, issue, first[0].id)
    refused(400, jira.add_comment, issue.key, "A string")


def links(jira, door):
    one, two = (jira.create_issue(fields=bug(jira, door)) for _ in range(2))
    for _ in range(2):
        jira.create_issue_link("Blocks", one.key, two.key)
    made = jira.issue(one.key).fields.issuelinks
    assert [(link.type.name, link.outwardIssue.key) for link in made] == [("Blocks", two.key)], (
        "one, though asked twice"
    )
    assert jira.issue(two.key).fields.issuelinks[0].inwardIssue.key == one.key
    jira.delete_issue_link(made[0].id)
    assert jira.issue(one.key).fields.issuelinks == []
    refused(404, jira.create_issue_link, "Blocks", one.key, "NONE-1")

    shown = {
        "url": "https://example.org/pull/12?a=b&c",
        "title": "Fix",
        "summary": "Words",
        "status": {"resolved": True},
    }
    with warnings.catch_warnings(action="ignore"):
        made = jira.add_remote_link(one.key, shown, "pull & 12", {"name": "Theirs", "type": "org.example"}, "fixed by")
        again = jira.add_remote_link(one.key, {"url": "https://example.org/2", "title": "Two"}, "pull & 12")
    assert again.id == made.id
    link = jira.remote_link(one.key, made.id).raw
    assert link["object"]["title"] == "Two"
    assert link.get("relationship") is None and link["object"].get("summary") is None, "an update empties what it omits"
    body = refused(400, jira.add_simple_link, one, {"url": "https://example.org"})
    assert body["errors"] == {"title": "'title' is required."}, body
    jira.delete_remote_link(one.key, global_id="pull & 12")
    assert jira.remote_links(one.key) == []


def properties(jira, door):
    issue = jira.create_issue(fields=bug(jira, door))
    assert jira.add_issue_property(issue.key, "org.example.mark", {"deep": [1, None, "ü"]}).status_code == 201
    assert jira.add_issue_property(issue.key, "org.example.mark", {"deep": 2}).status_code == 200
    assert jira.issue_property(issue.key, "org.example.mark").raw["value"] == {"deep": 2}
    assert [one.key for one in jira.issue_properties(issue.key)] == ["org.example.mark"]
    jira.issue_property(issue.key, "org.example.mark").delete()
    refused(404, jira.issue_property, issue.key, "org.example.mark")


def search_with_paging(jira, door):
    label = f"paged-{door.name}"
    bodies = [bug(jira, door, labels=[label], summary="Number 0")]
    bodies = [{**bodies[0], "summary": f"Number {n}"} for n in range(120)]
    bad = {**bodies[0], "labels": ["not one"]}
    made = jira.create_issues(bodies[:40] + [bad], prefetch=False)
    assert [row["status"] for row in made] == ["Success"] * 40 + ["Error"]
    assert set(made[-1]["error"]) == {"labels"}
    made += jira.create_issues(bodies[40:80], prefetch=False) + jira.create_issues(bodies[80:], prefetch=False)
    keys = {row["issue"].key for row in made if row["issue"]}
    assert len(keys) == 120
    query = f"project = {door.project} AND labels = {label} ORDER BY created DESC, key ASC"
    story.wait("the index catches up", lambda: jira.approximate_issue_count(query) == 120)
    found = jira.enhanced_search_issues(query, maxResults=0, fields="summary,labels")
    assert len(found) == 120 and {issue.key for issue in found} == keys
    assert all(issue.fields.labels == [label] for issue in found)
    pages, token = [], None
    while token or not pages:
        page = jira.enhanced_search_issues(query, token, 50, fields=["key"], use_post=True)
        pages.append([issue.key for issue in page])
        token = page.nextPageToken
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [key for page in pages for key in page] == [issue.key for issue in found]
    refused(400, jira.enhanced_search_issues, query, "no token", 50)
    refused(400, jira.enhanced_search_issues, "ORDER BY created")
    refused(400, jira.enhanced_search_issues, "project = ")
    late = jira.create_issue(fields=bug(jira, door, labels=[f"late-{door.name}"]))
    query = f"project = {door.project} AND labels = late-{door.name}"
    assert [hit.key for hit in jira.enhanced_search_issues(query, reconcileIssues=[int(late.id)])] == [late.key]


def attachments(jira, door):
    issue = jira.create_issue(fields=bug(jira, door))
    made = jira.add_attachment(issue.key, io.BytesIO(b"two\nlines"), filename="report.txt")
    assert (made.filename, made.size) == ("report.txt", 9), made.raw
    assert jira.attachment(made.id).get() == b"two\nlines"
    assert jira.attachment_meta()["enabled"]
    assert [file.id for file in jira.issue(issue.key).fields.attachment] == [made.id]
    jira.delete_attachment(made.id)
    refused(404, jira.attachment, made.id)
    histories = jira.issue(issue.key, expand="changelog").changelog.histories
    assert [item.field for row in histories for item in row.items] == ["Attachment", "Attachment"]


def delete(jira, door):
    issue = jira.create_issue(fields=bug(jira, door))
    issue.delete()
    refused(404, jira.issue, issue.key)


def the_gateway_refuses(jira, door):
    """A token with too few scopes, none at all, and a site that is not there."""
    if not door.is_app:
        refused(
            401,
            JIRA,
            server=door.base,
            basic_auth=(door.basic[0], "wrong"),
            max_retries=0,
            get_server_info=False,
            validate=True,
        )
        return
    weak = connect(door, consent.connect(door.info, "read:jira-work", DANA)["access_token"])
    assert weak.project(door.project).key == door.project
    body = refused(401, weak.create_issue, fields=bug(jira, door))
    assert body == {"code": 401, "message": "Unauthorized; scope does not match"}, body
    refused(401, weak.search_users, query="dana")
    refused(401, connect, door, "no-token")


CHECKS = [
    who_and_what,
    projects_versions_and_components,
    people,
    create_with_every_kind_of_field,
    edit_every_kind_of_field,
    edit_by_verbs,
    refusals_of_a_create,
    transition_with_a_screen,
    comments,
    links,
    properties,
    search_with_paging,
    attachments,
    delete,
    the_gateway_refuses,
]

if __name__ == "__main__":
    info = story.the_info()
    story.play(story.through_both_doors(connect, CHECKS, info), UNSUPPORTED)
