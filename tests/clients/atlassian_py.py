"""PyPI `atlassian-python-api`, unchanged, against the simulated site: its client for Jira Cloud, version 3."""

import consent
import kinds
import receiver
import requests
import sim
import story
from atlassian.jira import JiraCloud

DANA = "712020:292a1f5e-7c1d-4a39-9c55-0b7e6f1c2d3a"
SAM = "557058:8f3c52d1-4b0e-4a7e-8d0c-6f2b9e1a7c44"
HOOK = "https://backline.example/hooks/jira"


def connect(door, token=None):
    if door.is_app:
        return JiraCloud(door.base, token=token or door.token)
    return JiraCloud(door.base, *door.basic)


def refused(status, call, *arguments, **named):
    """The body of the refusal that a call must end in; this client's error text must say what the body says."""
    try:
        call(*arguments, **named)
    except requests.HTTPError as error:
        assert error.response.status_code == status, error
        body = error.response.json() if error.response.text else {}
        for text in [*body.get("errorMessages", []), *body.get("errors", {}).values()]:
            assert text in str(error), (text, error)
        return body
    raise AssertionError(f"not refused with {status}")


def screen(jira, project, type_id, size=200):
    """Every field of a create screen, page by page."""
    fields = []
    while True:
        page = jira.get_create_issue_meta_issue_type_id(project, type_id, start_at=len(fields), max_results=size)
        fields += page["fields"]
        if len(fields) >= page["total"] or not page["fields"]:
            assert len({field["fieldId"] for field in fields}) == page["total"]
            return fields


def issue_types(jira, project):
    return jira.get_create_issue_meta_issue_types(project)["issueTypes"]


def bug(jira, door, **more):
    """What a bug needs: a value for each mandatory field without a default."""
    row = next(row for row in issue_types(jira, door.project) if row["name"] == "Bug")
    must = [f for f in screen(jira, door.project, row["id"]) if f["required"] and not f.get("hasDefaultValue")]
    values, _ = kinds.fill(must, {})
    return {**values, "project": {"key": door.project}, "issuetype": {"id": row["id"]}, "summary": "Theirs", **more}


def make(jira, fields, **more):
    made = jira.create_issue(data={"fields": fields, **more})
    assert set(made) == {"id", "key", "self"}, made
    return made["key"]


def values_of(jira, key):
    return jira.get_issue(key)["fields"]


def everything(jira, project):
    """Per issue type: its row, its fields, and bodies of a create with a value for each field."""
    base = {"project": {"key": project}, "summary": "Chosen by the samples"}
    rows = [row for row in issue_types(jira, project) if row["name"] != kinds.ODD]
    top = max(rows, key=lambda row: row["hierarchyLevel"])
    plain = next(row for row in rows if row["name"] in ("Task", "Everything"))
    above, task = (make(jira, {**base, "issuetype": {"id": row["id"]}}) for row in (top, plain))
    group = jira.find_groups(query="security")["groups"][0]["name"]
    places = {"$person": DANA, "$group": group, "$project": project, "$other": task}
    for row in rows:
        fields = screen(jira, project, row["id"])
        values, verbs = kinds.fill(fields, places | {"$parent": task if row["subtask"] else above})
        values |= {"project": {"key": project}, "issuetype": {"id": row["id"]}}
        yield row, fields, values, verbs


def compare(jira, key, fields, values, verbs):
    got = values_of(jira, key)
    for field in fields:
        sent = verbs.get(field["fieldId"], values.get(field["fieldId"]))
        if sent is not None and kinds.is_written(field):
            kinds.check(field, sent, got[field["fieldId"]])


def who_and_what(jira, door):
    assert jira.get_current_user()["emailAddress"] == door.info["jira"]["email"]
    assert jira.get_server_info()["baseUrl"] == door.info["jira"]["site"]
    held = jira.get_my_permissions(project_key=door.project, permissions="CREATE_ISSUES")["permissions"]
    assert held["CREATE_ISSUES"]["havePermission"]
    assert "BROWSE_USERS" in refused(400, jira.get_my_permissions, permissions="BROWSE_USERS")["errors"]
    names = [field["name"] for field in jira.get_fields() if field["custom"]]
    assert "Severity" in names


def projects_by_page(jira, door):
    keys, start = [], 0
    while True:
        page = jira.search_projects(start_at=start, max_results=25, order_by="key")
        keys += [row["key"] for row in page["values"]]
        assert page["total"] > 50 and page["startAt"] == start
        start += 25
        if page["isLast"]:
            break
    assert len(keys) == page["total"] == len(set(keys))
    assert keys == sorted(keys)
    assert [row["key"] for row in jira.search_projects(query=door.project)["values"]] == [door.project]
    refused(404, jira.get_project, "NONE")


def versions_and_components(jira, door):
    project = jira.get_project(door.project)
    name = f"9.2-{door.name}"
    made = jira.create_version(data={"name": name, "projectId": int(project["id"]), "released": False})
    assert made["projectId"] == int(project["id"])
    changed = jira.update_version(made["id"], data={"released": True, "releaseDate": "2026-12-24"})
    assert changed["released"] and jira.get_version(made["id"])["releaseDate"] == "2026-12-24"
    assert name in [row["name"] for row in jira.get_project_versions(door.project)]
    page = jira.get_project_versions_paginated(door.project, max_results=1)
    assert page["total"] > 1 and not page["isLast"] and len(page["values"]) == 1
    jira.create_component(data={"name": f"part-{door.name}", "project": door.project})
    assert f"part-{door.name}" in [row["name"] for row in jira.get_project_components(door.project)]


def people(jira, door):
    assert [user["displayName"] for user in jira.find_users(query="dan")] == ["Dev Dana"]
    refused(400, jira.find_users)
    assignable = jira.find_assignable_users(query="sam", project=door.project)
    assert [user["accountId"] for user in assignable] == [SAM]
    refused(404, jira.find_assignable_users, query="sam", project="NONE")
    page = jira.bulk_get_users(account_id=[DANA, SAM])
    assert [user["accountId"] for user in page["values"]] == [DANA, SAM]
    assert not jira.get_user(account_id=SAM).get("emailAddress"), "this person hides the address"
    refused(404, jira.get_user, account_id="nobody")


def metadata_by_page(jira, door):
    rows = issue_types(jira, door.project)
    assert {"Bug", "Task", "Epic"} <= {row["name"] for row in rows}
    for row in rows:
        assert screen(jira, door.project, row["id"], 7) == screen(jira, door.project, row["id"])
    body = refused(400, jira.get_create_issue_meta_issue_types, door.project, max_results=201)
    assert body["errorMessages"] == ["Parameter 'maxResults' must not exceed the limit '200'"], body
    assert refused(404, jira.get_create_issue_meta_issue_type_id, door.project, "99999") == {}


def projects_with_samples(jira):
    found = jira.search_projects(keys=list(kinds.PROJECTS))["values"]
    return [row["key"] for row in found if row["key"] in kinds.PROJECTS]


def create_with_every_kind_of_field(jira, door):
    seen = set()
    for project in projects_with_samples(jira):
        for row, fields, values, verbs in everything(jira, project):
            key = make(jira, values, update=verbs)
            compare(jira, key, fields, values, verbs)
            assert values_of(jira, key)["issuetype"]["id"] == row["id"]
            seen |= kinds.written(fields)
    assert kinds.writable(jira.get_fields()) <= seen, kinds.writable(jira.get_fields()) - seen


def edit_every_kind_of_field(jira, door):
    for project in projects_with_samples(jira):
        for row, fields, values, verbs in everything(jira, project):
            if row["name"] not in ("Bug", "Task", "Everything"):
                continue
            must = {f["fieldId"]: values[f["fieldId"]] for f in fields if f["required"] and f["fieldId"] in values}
            key = make(jira, {**must, "summary": "To be edited"})
            wanted = {name: value for name, value in values.items() if name not in ("project", "issuetype")}
            assert jira.edit_issue(key, data={"fields": wanted, "update": verbs}) is None
            compare(jira, key, fields, wanted, verbs)
            shown = jira.get_edit_issue_meta(key)["fields"]
            assert {f["fieldId"] for f in fields if f["fieldId"] in wanted} <= set(shown), "each can be edited"
            answer = jira.edit_issue(key, return_issue="true", data={"fields": {"summary": "Edited"}})
            assert answer["fields"]["summary"] == "Edited"


def refusals_of_a_create(jira, door):
    row = next(row for row in issue_types(jira, door.project) if row["name"] == "Bug")
    base = {"project": {"key": door.project}, "issuetype": {"id": row["id"]}, "summary": "Refused"}
    fields = screen(jira, door.project, row["id"])
    must = {f["fieldId"] for f in fields if f["required"] and not f.get("hasDefaultValue")} - set(base)
    assert len(must) >= 2
    assert set(refused(400, jira.create_issue, data={"fields": base})["errors"]) == must
    select = next(f for f in fields if f["schema"].get("custom", "").endswith(":select"))["fieldId"]
    wrong = {select: {"id": "1"}, "labels": ["with space"], "description": "No document", "customfield_99999": 1}
    errors = refused(400, jira.create_issue, data={"fields": bug(jira, door, **wrong)})["errors"]
    assert set(errors) == set(wrong), errors
    both = {"fields": bug(jira, door, labels=["x"]), "update": {"labels": [{"add": "y"}]}}
    refused(400, jira.create_issue, data=both)


def bulk_create_with_one_that_fails(jira, door):
    good, bad = bug(jira, door), bug(jira, door, labels=["not one"])
    made = jira.create_issues(data={"issueUpdates": [{"fields": good}, {"fields": bad}, {"fields": good}]})
    assert len(made["issues"]) == 2
    assert [(row["failedElementNumber"], row["status"]) for row in made["errors"]] == [(1, 400)]
    assert set(made["errors"][0]["elementErrors"]["errors"]) == {"labels"}
    ids = [row["id"] for row in made["issues"]]
    got = jira.bulk_fetch_issues(data={"issueIdsOrKeys": [*ids, "NONE-1"], "fields": ["summary"]})
    assert [row["id"] for row in got["issues"]] == ids and len(got["issueErrors"]) == 1


def transition_with_a_screen(jira, door):
    key = make(jira, bug(jira, door))
    body = refused(400, jira.do_transition, key, data={"transition": {"id": "9999"}})
    assert body["errorMessages"] == ["Transition id '9999' is not valid for this issue."], body
    refused(400, jira.do_transition, key, data={})
    assert all("fields" not in row for row in jira.get_transitions(key)["transitions"])
    rows = jira.get_transitions(key, expand="transitions.fields")["transitions"]
    done = next(row for row in rows if row["to"]["statusCategory"]["key"] == "done")
    go = {"transition": {"id": done["id"]}}
    assert "resolution" in refused(400, jira.do_transition, key, data=go)["errors"]
    resolution = done["fields"]["resolution"]["allowedValues"][0]
    words = kinds.document("Fixed by a pull request.")
    go |= {"fields": {"resolution": {"id": resolution["id"]}}, "update": {"comment": [{"add": {"body": words}}]}}
    assert jira.do_transition(key, data=go) is None
    got = values_of(jira, key)
    assert got["status"]["id"] == done["to"]["id"] and got["resolution"]["id"] == resolution["id"]
    assert got["resolutiondate"]
    assert [row["body"] for row in jira.get_comments(key)["comments"]] == [words]
    refused(400, jira.do_transition, key, data=go)
    items = [i for row in jira.get_change_logs(key)["values"] for i in row["items"]]
    assert {"status", "resolution"} <= {item["fieldId"] for item in items}


def comments(jira, door):
    key = make(jira, bug(jira, door))
    made = [jira.add_comment(key, data={"body": kinds.document(f"Word {n}")}) for n in range(3)]
    page = jira.get_comments(key, start_at=1, max_results=1)
    assert (page["total"], page["startAt"], page["comments"][0]["id"]) == (3, 1, made[1]["id"])
    jira.update_comment(key, made[1]["id"], data={"body": kinds.document("Other")})
    assert jira.get_comment(key, made[1]["id"])["body"] == kinds.document("Other")
    jira.delete_comment(key, made[1]["id"])
    refused(404, jira.get_comment, key, made[1]["id"])


def links(jira, door):
    one, two = make(jira, bug(jira, door)), make(jira, bug(jira, door))
    kind = next(row for row in jira.get_issue_link_types()["issueLinkTypes"] if row["name"] == "Blocks")
    jira.link_issues(data={"type": {"id": kind["id"]}, "inwardIssue": {"key": one}, "outwardIssue": {"key": two}})
    link = values_of(jira, one)["issuelinks"][0]
    assert link["outwardIssue"]["key"] == two and link["type"]["outward"] == "blocks"
    assert jira.get_issue_link(link["id"])["inwardIssue"]["key"] == one
    jira.delete_issue_link(link["id"])
    refused(404, jira.get_issue_link, link["id"])

    shown = {"url": "https://example.org/pull/12", "title": "Fix", "summary": "Words", "status": {"resolved": True}}
    body = {"globalId": "pull:12", "relationship": "fixed by", "object": shown}
    made = jira.create_or_update_remote_issue_link(one, data=body)
    got = jira.get_remote_issue_links(one, global_id="pull:12")
    assert got["id"] == made["id"] and kinds.holds(body, got), got
    jira.create_or_update_remote_issue_link(one, data={"globalId": "pull:12", "object": {**shown, "title": "Two"}})
    got = jira.get_remote_issue_links(one)
    assert [row["object"]["title"] for row in got] == ["Two"] and got[0].get("relationship") is None
    refused(400, jira.create_or_update_remote_issue_link, one, data={"object": {"title": "No address"}})
    jira.delete_remote_issue_link_by_global_id(one, global_id="pull:12")
    assert jira.get_remote_issue_links(one) == []


def properties(jira, door):
    key = make(jira, bug(jira, door), properties=[{"key": "org.example.mark", "value": {"n": 1}}])
    assert jira.get_issue_property(key, "org.example.mark") == {"key": "org.example.mark", "value": {"n": 1}}
    jira.set_issue_property(key, "org.example.other", data={"n": [2, None]})
    assert {row["key"] for row in jira.get_issue_property_keys(key)["keys"]} == {
        "org.example.mark",
        "org.example.other",
    }
    shown = jira.get_issue(key, fields="summary", properties="org.example.other")
    assert shown["properties"] == {"org.example.other": {"n": [2, None]}}
    jira.delete_issue_property(key, "org.example.mark")
    refused(404, jira.get_issue_property, key, "org.example.mark")


def search_with_paging(jira, door):
    label = f"leafed-{door.name}"
    fields, keys = bug(jira, door, labels=[label]), set()
    for _ in range(3):
        made = jira.create_issues(data={"issueUpdates": [{"fields": fields}] * 40})
        keys |= {row["key"] for row in made["issues"]}
    query = f"project = {door.project} AND labels = {label} ORDER BY key"
    story.wait("the index catches up", lambda: jira.count_issues(data={"jql": query})["count"] == 120)
    found = jira.enhanced_jql_get_list_of_tickets(query, fields=["summary"])
    assert {row["key"] for row in found} == keys and len(found) == 120
    page = jira.enhanced_jql(query, limit=5_000)
    assert len(page["issues"]) == 100 and page["nextPageToken"] and not page["isLast"] and "total" not in page
    rest = jira.enhanced_jql(query, limit=5_000, nextPageToken=page["nextPageToken"])
    assert len(rest["issues"]) == 20 and rest["isLast"] and "nextPageToken" not in rest
    refused(400, jira.enhanced_jql, query + " DESC", nextPageToken=page["nextPageToken"])
    ids = jira.search_and_reconsile_issues_using_jql_post(data={"jql": query, "fields": ["id"], "maxResults": 5_000})
    assert len(ids["issues"]) == 120 and ids["isLast"], "ids alone come in larger pages"
    body = refused(410, jira.search_for_issues_using_jql, jql=query)
    assert "search/jql" in body["errorMessages"][0]
    refused(400, jira.enhanced_jql, "labels is EMPTY OR", limit=1)
    refused(400, jira.enhanced_jql, "ORDER BY created")


def webhooks(jira, door):
    wanted = {"jqlFilter": f"project = {door.project}", "events": ["jira:issue_updated", "jira:issue_deleted"]}
    if not door.is_app:
        refused(403, jira.register_dynamic_webhooks, data={"url": HOOK, "webhooks": [wanted]})
        return
    odd = {"jqlFilter": "watchers > 3", "events": ["jira:issue_updated"]}
    results = jira.register_dynamic_webhooks(data={"url": HOOK, "webhooks": [wanted, odd]})["webhookRegistrationResult"]
    assert "createdWebhookId" in results[0] and results[1]["errors"], results
    page = jira.get_dynamic_webhooks_for_app()
    assert page["total"] == 1 and kinds.holds({**wanted, "url": HOOK}, page["values"][0]), page
    refused(400, jira.register_dynamic_webhooks, data={"url": HOOK + "/2", "webhooks": [wanted]})
    more = jira.register_dynamic_webhooks(data={"url": HOOK, "webhooks": [wanted] * 5})["webhookRegistrationResult"]
    assert [("errors" in row) for row in more] == [False] * 4 + [True], "five for an app and a user"
    ids = [row["id"] for row in jira.get_dynamic_webhooks_for_app()["values"]]
    assert (
        jira.refresh_webhooks(data={"webhookIds": [*ids, 999_999]})["expirationDate"]
        >= page["values"][0]["expirationDate"]
    )
    jira.delete_webhook_by_id(data={"webhookIds": ids})
    assert jira.get_dynamic_webhooks_for_app()["values"] == []


def deliveries(jira, door):
    if not door.is_app:
        return
    events = ["jira:issue_created", "jira:issue_updated"]
    wanted = {"jqlFilter": f"project = {door.project} AND issuetype = Bug", "events": events}
    with receiver.running(door.info) as app:
        data = {"url": app.url, "webhooks": [wanted]}
        (made,) = jira.register_dynamic_webhooks(data=data)["webhookRegistrationResult"]
        key = make(jira, bug(jira, door))
        headers, body = app.next()
        assert (body["webhookEvent"], body["issue"]["key"]) == ("jira:issue_created", key), body
        assert body["matchedWebhookIds"] == [made["createdWebhookId"]] and "changelog" not in body, body
        assert headers["X-Atlassian-Webhook-Identifier"] and headers["X-Atlassian-Webhook-Retry"] is None
        jira.edit_issue(key, data={"fields": {"summary": "Told"}})
        _, body = app.next()
        (item,) = body["changelog"]["items"]
        assert (item["fieldId"], item["toString"]) == ("summary", "Told"), item
        jira.delete_webhook_by_id(data={"webhookIds": body["matchedWebhookIds"]})
        jira.edit_issue(key, data={"fields": {"summary": "Not told"}})
        settled = sim.read(f"{door.info['sim']}/_sim/jira/webhooks?settle=true")["deliveries"]
        assert app.delivered.empty() and settled[-1]["progress"] == "delivered", settled[-1]


def attachments(jira, door):
    key = make(jira, bug(jira, door))
    # The client has no way of its own to send a file: its `files` and headers go to the session as they are.
    files = {"file": ("report ü.txt", b"two\nlines", "text/plain")}
    (row,) = jira.add_attachment(key, files=files, headers={"X-Atlassian-Token": "no-check"})
    assert kinds.holds({"filename": "report ü.txt", "size": 9, "mimeType": "text/plain"}, row), row
    assert jira.get_attachment(row["id"])["id"] == int(row["id"])
    assert jira.get_attachment_meta()["enabled"]
    content = jira.get_attachment_content(row["id"], advanced_mode=True)
    assert content.content == b"two\nlines" and content.headers["content-type"] == "text/plain"
    assert [file["id"] for file in jira.get_issue(key)["fields"]["attachment"]] == [row["id"]]
    jira.remove_attachment(row["id"])
    refused(404, jira.get_attachment, row["id"])
    fields = [item["field"] for row in jira.get_change_logs(key)["values"] for item in row["items"]]
    assert fields == ["Attachment", "Attachment"], fields


def the_gateway_refuses(jira, door):
    """A token with too few scopes, none at all, and a site that is not there."""
    if not door.is_app:
        wrong = JiraCloud(door.base, door.basic[0], "wrong")
        refused(401, wrong.get_current_user)
        return
    weak = connect(door, consent.connect(door.info, "read:jira-work", DANA)["access_token"])
    assert weak.get_project(door.project)["key"] == door.project
    fields = bug(jira, door)
    body = refused(401, weak.create_issue, data={"fields": fields})
    assert body == {"code": 401, "message": "Unauthorized; scope does not match"}, body
    refused(401, weak.get_dynamic_webhooks_for_app)
    refused(401, connect(door, "no-token").get_current_user)
    elsewhere = JiraCloud(door.base[:-4] + "0000", token=door.token)
    refused(404, elsewhere.get_current_user)


def delete(jira, door):
    key = make(jira, bug(jira, door))
    jira.delete_issue(key)
    body = refused(404, jira.get_issue, key)
    assert body["errors"] == {} and body["errorMessages"], body


CHECKS = [
    who_and_what,
    projects_by_page,
    versions_and_components,
    people,
    metadata_by_page,
    create_with_every_kind_of_field,
    edit_every_kind_of_field,
    refusals_of_a_create,
    bulk_create_with_one_that_fails,
    transition_with_a_screen,
    comments,
    links,
    properties,
    search_with_paging,
    attachments,
    webhooks,
    deliveries,
    the_gateway_refuses,
    delete,
]

if __name__ == "__main__":
    story.play(story.through_both_doors(connect, CHECKS, story.the_info()))
