// What an issue's fields take and refuse, on create and on edit.
import assert from "node:assert/strict";
import { check, holds, writable, written } from "./kinds.mjs";
import { bug, everything, issueTypes, make, projectsWithSamples, screen, valuesOf } from "./metadata.mjs";
import { project, refused } from "./sim.mjs";

export const FIELDS = {
  async "metadata by page"(jira) {
    for (const row of await issueTypes(jira, project)) {
      assert.deepEqual(await screen(jira, project, row.id, 7), await screen(jira, project, row.id));
    }
    await refused(400, jira.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: project, maxResults: 201 }));
    const error = await refused(
      404,
      jira.issues.getCreateIssueMetaIssueTypeId({ projectIdOrKey: project, issueTypeId: "9" }),
    );
    assert.equal(error.body, "");
  },

  async "create with every kind of field"(jira) {
    const seen = [];
    for (const key of await projectsWithSamples(jira)) {
      for (const { row, fields, bodies, at } of await everything(jira, key)) {
        const got = await valuesOf(jira, await make(jira, { ...bodies.fields, ...at }, { update: bodies.update }));
        check(fields, bodies, got);
        assert.equal(got.issuetype.id, row.id);
        seen.push(...written(fields));
      }
    }
    const left = writable(await jira.issueFields.getFields()).filter((kind) => !seen.includes(kind));
    assert.deepEqual(left, [], "every kind that the site has was written");
  },

  async "edit every kind of field"(jira) {
    for (const key of await projectsWithSamples(jira)) {
      for (const { row, fields, bodies, at } of await everything(jira, key)) {
        if (!["Bug", "Task", "Everything"].includes(row.name)) continue;
        const must = fields.filter((field) => field.required && field.fieldId in bodies.fields);
        const bare = Object.fromEntries(must.map(({ fieldId }) => [fieldId, bodies.fields[fieldId]]));
        const issueIdOrKey = await make(jira, { ...bare, ...at, summary: "To be edited" });
        await jira.issues.editIssue({ issueIdOrKey, ...bodies });
        check(fields, bodies, await valuesOf(jira, issueIdOrKey));
        const editable = Object.keys((await jira.issues.getEditIssueMeta({ issueIdOrKey })).fields);
        assert.ok(Object.keys(bodies.fields).every((id) => editable.includes(id)));
        const update = { labels: [{ add: "gamma" }, { remove: "alpha" }] };
        await jira.issues.editIssue({ issueIdOrKey, notifyUsers: false, update, fields: { assignee: null } });
        const got = await valuesOf(jira, issueIdOrKey);
        assert.deepEqual([got.labels, got.assignee], [["beta", "gamma"], null]);
        const { values } = await jira.issues.getChangeLogs({ issueIdOrKey });
        const changed = values.flatMap((change) => change.items.map((item) => item.fieldId));
        assert.ok(
          ["labels", "assignee", "summary"].every((id) => changed.includes(id)),
          changed.join(),
        );
      }
    }
  },

  async "refusals of a create"(jira) {
    const fields = await bug(jira);
    const must = Object.keys(fields).filter((id) => id.startsWith("customfield_"));
    assert.ok(must.length >= 2);
    const without = Object.fromEntries(Object.entries(fields).filter(([id]) => !must.includes(id)));
    const error = await refused(400, jira.issues.createIssue({ fields: without }));
    assert.deepEqual(Object.keys(error.body.errors).toSorted(), must.toSorted());
    const wrong = {
      [must[0]]: { id: "1" },
      labels: ["with space"],
      duedate: "soon",
      customfield_99999: 1,
      components: "x",
    };
    const { body } = await refused(400, jira.issues.createIssue({ fields: { ...fields, ...wrong } }));
    assert.deepEqual(Object.keys(body.errors).toSorted(), Object.keys(wrong).toSorted());
    const description = { type: "doc", version: 1, content: [{ type: "rule", attrs: { odd: 1 } }] };
    const odd = await refused(400, jira.issues.createIssue({ fields: { ...fields, description } }));
    assert.deepEqual(odd.body.errorMessages, ["INVALID_INPUT"]);
  },

  async "text that the client sends by version 2"(jira) {
    const key = await make(jira, await bug(jira, { description: "Plain words" }));
    const { description } = await valuesOf(jira, key);
    assert.ok(holds({ type: "doc", content: [{ type: "paragraph" }] }, description));
  },

  async "bulk create with one that fails"(jira) {
    const good = { fields: await bug(jira) };
    const bad = { fields: { ...good.fields, labels: ["not one"] } };
    const made = await jira.issues.createIssues({ issueUpdates: [good, bad, good] });
    assert.deepEqual(
      made.errors.map((error) => [error.failedElementNumber, error.status]),
      [[1, 400]],
    );
    const ids = made.issues.map((issue) => issue.id);
    const got = await jira.issues.bulkFetchIssues({ issueIdsOrKeys: [...ids, "NONE-1"], fields: ["summary"] });
    assert.deepEqual(
      got.issues.map((issue) => issue.id),
      ids,
    );
    assert.equal(got.issueErrors.length, 1);
  },
};
