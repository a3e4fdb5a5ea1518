// Create metadata, and issues made of it.
import { ODD, PROJECTS, fill } from "./kinds.mjs";
import { DANA, project } from "./sim.mjs";

export const issueTypes = async (jira, key) =>
  (await jira.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: key })).issueTypes;

/** Every field of a create screen, page by page. */
export async function screen(jira, key, issueTypeId, maxResults = 200) {
  const fields = [];
  for (;;) {
    const asked = { projectIdOrKey: key, issueTypeId, startAt: fields.length, maxResults };
    const page = await jira.issues.getCreateIssueMetaIssueTypeId(asked);
    fields.push(...page.fields);
    if (fields.length >= page.total || page.fields.length === 0) return fields;
  }
}

/** What a bug needs: a value for each mandatory field without a default. */
export async function bug(jira, more = {}) {
  const type = (await issueTypes(jira, project)).find((row) => row.name === "Bug");
  const must = (await screen(jira, project, type.id)).filter((field) => field.required && !field.hasDefaultValue);
  return { ...fill(must).fields, project: { key: project }, issuetype: { id: type.id }, summary: "Theirs", ...more };
}

export const make = async (jira, fields, more = {}) => (await jira.issues.createIssue({ fields, ...more })).key;
export const valuesOf = async (jira, issueIdOrKey) => (await jira.issues.getIssue({ issueIdOrKey })).fields;

export async function projectsWithSamples(jira) {
  const { values } = await jira.projects.searchProjects({ keys: PROJECTS });
  return values.map((row) => row.key).filter((key) => PROJECTS.includes(key));
}

/** Per issue type: its row, its screen, and bodies with a value for each field. */
export async function everything(jira, key) {
  const base = { project: { key }, summary: "Chosen by the samples" };
  const rows = (await issueTypes(jira, key)).filter((row) => row.name !== ODD);
  const top = rows.toSorted((a, b) => b.hierarchyLevel - a.hierarchyLevel)[0];
  const plain = rows.find((row) => ["Task", "Everything"].includes(row.name));
  const above = await make(jira, { ...base, issuetype: { id: top.id } });
  const task = await make(jira, { ...base, issuetype: { id: plain.id } });
  const [group] = (await jira.groups.findGroups({ query: "security" })).groups;
  const places = { $person: DANA, $group: group.name, $project: key, $other: task };
  return Promise.all(
    rows.map(async (row) => {
      const fields = await screen(jira, key, row.id);
      const bodies = fill(fields, { ...places, $parent: row.subtask ? task : above });
      return { row, fields, bodies, at: { project: { key }, issuetype: { id: row.id } } };
    }),
  );
}
