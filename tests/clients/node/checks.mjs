// What can be done around issues: lists, people, transitions, comments, links, search, webhooks.
import assert from "node:assert/strict";
import { doc, holds } from "./kinds.mjs";
import { bug, issueTypes, make, screen, valuesOf } from "./metadata.mjs";
import { receiver } from "./receiver.mjs";
import { SAM, clientSecret, info, jiraJs, project, refused, wait } from "./sim.mjs";

const HOOK = "https://backline.example/hooks/jira";

export const CHECKS = {
  async "who and what"(jira) {
    assert.equal((await jira.myself.getCurrentUser()).emailAddress, info.jira.email);
    assert.equal((await jira.serverInfo.getServerInfo()).baseUrl, info.jira.site);
    const { permissions } = await jira.permissions.getMyPermissions({
      permissions: "CREATE_ISSUES",
      projectKey: project,
    });
    assert.ok(permissions.CREATE_ISSUES.havePermission);
    await refused(400, jira.permissions.getMyPermissions({ permissions: "BROWSE_USERS" }));
    assert.ok((await jira.issueFields.getFields()).some((field) => field.schema?.custom?.endsWith(":select")));
  },

  async "lists of the site"(jira, door) {
    const [{ id: priority }] = (await screen(jira, project, (await issueTypes(jira, project))[0].id)).find(
      (field) => field.fieldId === "priority",
    ).allowedValues;
    assert.equal((await jira.issuePriorities.getPriority({ id: priority })).id, priority);
    const [type] = await jira.issueTypes.getIssueAllTypes();
    assert.equal((await jira.issueTypes.getIssueType({ id: type.id })).name, type.name);
    const [status] = await jira.workflowStatuses.getStatuses();
    assert.equal((await jira.workflowStatuses.getStatus({ idOrName: status.id })).name, status.name);
    const keys = (await jira.workflowStatusCategories.getStatusCategories()).map((category) => category.key);
    assert.deepEqual(keys.toSorted(), ["done", "indeterminate", "new", "undefined"]);
    const { id: projectId } = await jira.projects.getProject({ projectIdOrKey: project });
    assert.ok((await jira.projects.getHierarchy({ projectId })).hierarchy.length >= 3);
    const { levels } = await jira.projectPermissionSchemes.getSecurityLevelsForProject({ projectKeyOrId: project });
    assert.deepEqual(
      levels.map((level) => level.name),
      ["Internal only"],
    );
    const label = `suggested-${door}`;
    await make(jira, await bug(jira, { labels: [label] }));
    await wait("the label is suggested", async () => {
      const asked = { fieldName: "labels", fieldValue: "sugg" };
      const { results } = await jira.jql.getFieldAutoCompleteForQueryString(asked);
      return results.some((row) => row.value === label);
    });
    const page = await jira.labels.getAllLabels();
    assert.ok(page.values.includes(label));
    // These want a scope that neither Backline nor this story asks for.
    const ofAdministrators = [() => jira.issuePriorities.searchPriorities(), () => jira.status.search()];
    for (const call of ofAdministrators) {
      if (door === "site") assert.ok((await call()).values.length >= 4);
      else assert.ok(jiraJs.isScopeError(await refused(401, call())));
    }
  },

  async "projects by page"(jira) {
    const keys = [];
    for (let page = { isLast: false }; !page.isLast;) {
      page = await jira.projects.searchProjects({ startAt: keys.length, maxResults: 25, orderBy: "key" });
      keys.push(...page.values.map((row) => row.key));
      assert.ok(page.total > 50);
    }
    assert.deepEqual(keys, [...new Set(keys)].toSorted());
    assert.equal((await jira.projects.getProject({ projectIdOrKey: project })).key, project);
    assert.equal((await jira.projects.getAllStatuses({ projectIdOrKey: project })).length, 5);
    await refused(404, jira.projects.getProject({ projectIdOrKey: "NONE" }));
  },

  async "versions and components"(jira, door) {
    const name = `9.3-${door}`;
    const { id: projectId } = await jira.projects.getProject({ projectIdOrKey: project });
    const { id } = await jira.projectVersions.createVersion({ name, projectId: Number(projectId) });
    await jira.projectVersions.updateVersion({ id, body: { released: true, releaseDate: "2026-12-24" } });
    assert.ok((await jira.projectVersions.getVersion({ id })).released);
    const all = await jira.projectVersions.getProjectVersions({ projectIdOrKey: project });
    assert.ok(all.some((version) => version.name === name));
    const page = await jira.projectVersions.getProjectVersionsPaginated({ projectIdOrKey: project, maxResults: 2 });
    assert.equal(page.values.length, 2);
    await jira.projectComponents.createComponent({ name: `side-${door}`, project });
    const components = await jira.projectComponents.getProjectComponents({ projectIdOrKey: project });
    assert.ok(components.some((component) => component.name === `side-${door}`));
  },

  async people(jira) {
    const names = (users) => users.map((user) => user.displayName);
    assert.deepEqual(names(await jira.userSearch.findUsers({ query: "dan" })), ["Dev Dana"]);
    await refused(400, jira.userSearch.findUsers({}));
    assert.deepEqual(names(await jira.userSearch.findAssignableUsers({ project, query: "sam" })), ["Sam Security"]);
    assert.ok(!(await jira.users.getUser({ accountId: SAM })).emailAddress, "this person hides the address");
    await refused(404, jira.users.getUser({ accountId: "nobody" }));
  },

  async "transition with a screen"(jira) {
    const issueIdOrKey = await make(jira, await bug(jira));
    const go = (more) => jira.issues.doTransition({ issueIdOrKey, ...more });
    const { body } = await refused(400, go({ transition: { id: "9999" } }));
    assert.deepEqual(body.errorMessages, ["Transition id '9999' is not valid for this issue."]);
    const { transitions } = await jira.issues.getTransitions({ issueIdOrKey, expand: "transitions.fields" });
    const done = transitions.find((one) => one.to.statusCategory.key === "done");
    const transition = { id: done.id };
    assert.ok("resolution" in (await refused(400, go({ transition }))).body.errors);
    const { resolution, fixVersions } = done.fields;
    const fields = {
      resolution: { id: resolution.allowedValues[0].id },
      fixVersions: [{ id: fixVersions.allowedValues[0].id }],
    };
    assert.ok("labels" in (await refused(400, go({ transition, fields: { ...fields, labels: ["x"] } }))).body.errors);
    const words = doc("Fixed by a pull request.");
    await go({ transition, fields, update: { comment: [{ add: { body: words } }] } });
    const got = await valuesOf(jira, issueIdOrKey);
    assert.ok(holds({ ...fields, status: { id: done.to.id, statusCategory: { key: "done" } } }, got));
    const { comments } = await jira.issueComments.getComments({ issueIdOrKey });
    assert.deepEqual(
      comments.map((comment) => comment.body),
      [words],
    );
  },

  async comments(jira) {
    const issueIdOrKey = await make(jira, await bug(jira));
    const ids = [];
    for (const n of [0, 1, 2]) {
      ids.push((await jira.issueComments.addComment({ issueIdOrKey, body: doc(`Word ${n}`) })).id);
    }
    const page = await jira.issueComments.getComments({ issueIdOrKey, startAt: 1, maxResults: 1 });
    assert.deepEqual([page.total, page.comments[0].id], [3, ids[1]]);
    await jira.issueComments.updateComment({ issueIdOrKey, id: ids[1], body: { body: doc("Other") } });
    assert.deepEqual((await jira.issueComments.getComment({ issueIdOrKey, id: ids[1] })).body, doc("Other"));
    await jira.issueComments.deleteComment({ issueIdOrKey, id: ids[1] });
    await refused(404, jira.issueComments.getComment({ issueIdOrKey, id: ids[1] }));
  },

  async links(jira) {
    const [one, two] = [await make(jira, await bug(jira)), await make(jira, await bug(jira))];
    const { issueLinkTypes } = await jira.issueLinkTypes.getIssueLinkTypes();
    const { name } = issueLinkTypes.find((type) => type.outward === "blocks");
    await jira.issueLinks.linkIssues({ type: { name }, inwardIssue: { key: one }, outwardIssue: { key: two } });
    const [link] = (await valuesOf(jira, one)).issuelinks;
    assert.equal(link.outwardIssue.key, two);
    assert.equal((await jira.issueLinks.getIssueLink({ linkId: link.id })).inwardIssue.key, one);
    await jira.issueLinks.deleteIssueLink({ linkId: link.id });
    await refused(404, jira.issueLinks.getIssueLink({ linkId: link.id }));

    const shown = { url: "https://example.org/pull/12", title: "Fix", summary: "Words", status: { resolved: true } };
    const sent = { globalId: "pull & 12", relationship: "fixed by", object: shown };
    const remote = jira.issueRemoteLinks;
    const { id } = await remote.createOrUpdateRemoteIssueLink({ issueIdOrKey: one, ...sent });
    assert.ok(holds(sent, await remote.getRemoteIssueLinkById({ issueIdOrKey: one, linkId: String(id) })));
    await remote.createOrUpdateRemoteIssueLink({
      issueIdOrKey: one,
      ...sent,
      relationship: undefined,
      object: { url: shown.url, title: "Two" },
    });
    const again = await remote.getRemoteIssueLinkById({ issueIdOrKey: one, linkId: String(id) });
    assert.deepEqual(
      [again.object.title, again.relationship ?? null, again.object.summary ?? null],
      ["Two", null, null],
    );
    await refused(400, remote.createOrUpdateRemoteIssueLink({ issueIdOrKey: one, object: { title: "No address" } }));
    await remote.deleteRemoteIssueLinkByGlobalId({ issueIdOrKey: one, globalId: "pull & 12" });
    await refused(404, remote.getRemoteIssueLinkById({ issueIdOrKey: one, linkId: String(id) }));
  },

  async properties(jira) {
    const properties = [{ key: "org.example.mark", value: { n: 1 } }];
    const issueIdOrKey = await make(jira, await bug(jira), { properties });
    const at = { issueIdOrKey, propertyKey: "org.example.mark" };
    assert.deepEqual((await jira.issueProperties.getIssueProperty(at)).value, { n: 1 });
    await jira.issueProperties.setIssueProperty({ ...at, body: { n: [2, null] } });
    assert.deepEqual((await jira.issueProperties.getIssueProperty(at)).value, { n: [2, null] });
    await jira.issueProperties.deleteIssueProperty(at);
    await refused(404, jira.issueProperties.getIssueProperty(at));
  },

  async "search with paging"(jira, door) {
    const label = `turned-${door}`;
    const fields = await bug(jira, { labels: [label] });
    const keys = new Set();
    for (const _ of [1, 2, 3]) {
      const { issues } = await jira.issues.createIssues({ issueUpdates: Array(40).fill({ fields }) });
      issues.forEach((issue) => keys.add(issue.key));
    }
    const jql = `project = ${project} AND labels = ${label} ORDER BY created DESC`;
    await wait("the index catches up", async () => (await jira.issueSearch.countIssues({ jql })).count === 120);
    for (const search of ["searchAndReconsileIssuesUsingJql", "searchAndReconsileIssuesUsingJqlPost"]) {
      const found = [];
      const sizes = [];
      for (let page = {}; !page.isLast;) {
        const { nextPageToken } = page;
        page = await jira.issueSearch[search]({ jql, nextPageToken, maxResults: 50, fields: ["labels", "status"] });
        sizes.push(page.issues.length);
        found.push(...page.issues);
      }
      assert.deepEqual(sizes, [50, 50, 20]);
      assert.deepEqual(new Set(found.map((issue) => issue.key)), keys);
      assert.ok(found.every((issue) => issue.fields.labels.includes(label)));
      await refused(400, jira.issueSearch[search]({ jql, nextPageToken: "none" }));
      await refused(400, jira.issueSearch[search]({ jql: "ORDER BY created" }));
    }
  },

  async webhooks(jira, door) {
    const wanted = {
      jqlFilter: `project = ${project}`,
      events: ["jira:issue_updated", "comment_created"],
      fieldIdsFilter: ["status"],
    };
    const register = (webhooks, url = HOOK) => jira.webhooks.registerDynamicWebhooks({ url, webhooks });
    if (door === "site") return void (await refused(403, register([wanted])));
    const { webhookRegistrationResult: results } = await register([wanted, { ...wanted, jqlFilter: "watchers > 3" }]);
    assert.ok(results[0].createdWebhookId && results[1].errors.length);
    const page = await jira.webhooks.getDynamicWebhooksForApp();
    assert.equal(page.total, 1);
    assert.ok(holds({ ...wanted, url: HOOK }, page.values[0]));
    await refused(400, register([wanted], `${HOOK}/2`));
    const webhookIds = [results[0].createdWebhookId];
    const { expirationDate } = await jira.webhooks.refreshWebhooks({ webhookIds: [...webhookIds, 999_999] });
    assert.ok(expirationDate >= page.values[0].expirationDate);
    await jira.webhooks.deleteWebhookById({ webhookIds });
    assert.equal((await jira.webhooks.getDynamicWebhooksForApp()).total, 0);
  },

  async deliveries(jira, door) {
    if (door === "site") return;
    const app = await receiver(clientSecret);
    const wanted = { jqlFilter: `project = ${project} AND issuetype = Bug`, events: ["jira:issue_created", "jira:issue_deleted"] };
    const registered = await jira.webhooks.registerDynamicWebhooks({ url: app.url, webhooks: [wanted] });
    const [{ createdWebhookId }] = registered.webhookRegistrationResult;
    const issueIdOrKey = await make(jira, await bug(jira));
    const created = await app.next();
    assert.equal(created.headers["x-atlassian-webhook-flow"], "Primary");
    assert.deepEqual(created.body.matchedWebhookIds, [createdWebhookId]);
    assert.equal(created.body.issue.key, issueIdOrKey);
    await jira.issues.deleteIssue({ issueIdOrKey });
    assert.equal((await app.next()).body.webhookEvent, "jira:issue_deleted");
    await jira.webhooks.deleteWebhookById({ webhookIds: [createdWebhookId] });
    app.close();
  },

  async attachments(jira) {
    const issueIdOrKey = await make(jira, await bug(jira));
    const attachments = { filename: "report ü.txt", content: Buffer.from("two\nlines") };
    const [{ id, size }] = await jira.issueAttachments.addAttachment({ issueIdOrKey, attachments });
    assert.equal(size, 9);
    assert.equal((await jira.issueAttachments.getAttachment({ id })).filename, "report ü.txt");
    const content = await jira.issueAttachments.getAttachmentContent({ id, redirect: false });
    assert.equal(Buffer.from(content).toString(), "two\nlines");
    assert.ok((await jira.issueAttachments.getAttachmentMeta()).enabled);
    await jira.issueAttachments.removeAttachment({ id });
    await refused(404, jira.issueAttachments.getAttachment({ id }));
  },

  async deletes(jira) {
    const issueIdOrKey = await make(jira, await bug(jira));
    await jira.issues.deleteIssue({ issueIdOrKey });
    assert.ok(jiraJs.isNotFoundError(await refused(404, jira.issues.getIssue({ issueIdOrKey }))));
  },
};
