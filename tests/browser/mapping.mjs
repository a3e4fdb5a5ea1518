// The mapping of the project with every kind of field: what the doctor refuses and mends, how text is typed, and what
// becomes of a version.

import assert from "node:assert/strict";
import { accessible } from "./accessibility.mjs";
import { signIn, upload } from "./person.mjs";
import { heading, shown } from "./wait.mjs";

const name = "ALL / Everything";
const repository = "acme/gallery";
/** What is looked for where Jira gives no list. */
const written = { "Organizations, by number": "1", "Assets objects, by id": "workspace:88", "Object of an app, as JSON": "{}" };
const looked = { person: "a", group: "jira", project: "SEC", issue: "SEC-1", link: "blocks SEC-1", label: "b", value: "a" };

export async function mapping(page, { ui }) {
  await page.goto(`${ui}/reports/new`);
  await signIn(page);
  await upload(page, ui, report, repository);
  await open(page, ui);
  const kinds = await mapAll(page);
  assert.ok(kinds.size >= 24, `only ${kinds.size} kinds were mapped: ${[...kinds].join(", ")}`);
  await refused(page);
  await mended(page);
  await offered(page);
  await comment(page);
  await saved(page);
  await accepted(page, ui);
  await edited(page, ui);
  await rolledBack(page);
  await removed(page, ui);
}

const finding = (number, fixed) => ({
  VulnerabilityID: `CVE-2032-${number}`,
  PkgName: "gallery",
  InstalledVersion: "1.0.0",
  FixedVersion: fixed,
  Severity: "HIGH",
  Title: `Weakness ${number} of the gallery`,
  Description: "What it is about.",
});

/** One with a fix and one without, as Trivy writes them. */
const report = {
  name: "gallery.json",
  mimeType: "application/json",
  buffer: Buffer.from(JSON.stringify({
    SchemaVersion: 2,
    ArtifactName: "gallery",
    ArtifactType: "filesystem",
    Results: [{ Target: "package-lock.json", Class: "lang-pkgs", Type: "npm", Vulnerabilities: [finding(10_001, "1.0.1"), finding(10_002, "")] }],
  })),
};

async function open(page, ui) {
  await page.goto(`${ui}/integrations/jira/projects/new`);
  await page.getByLabel("Search projects").fill("ALL");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "Choose ALL" }).click();
  await page.getByLabel("Issue type", { exact: true }).selectOption({ label: "Everything" });
  await page.getByRole("region", { name: "Project and issue type" }).getByRole("button", { name: "Update form" }).click();
  await heading(page, `${name} mapping`);
  await page.getByRole("textbox", { name: "Repositories" }).fill(repository);
}

/** Gives every field a value, each source in turn where it is offered; gives the kinds that were met. */
async function mapAll(page) {
  await page.getByText("more optional, left out").click();
  await accessible(page, "mapping-all-left-out");
  const rows = await page.locator("table.map > tbody").evaluateAll((all) => all.map((row) => row.id));
  const kinds = new Set();
  for (const [at, id] of rows.entries()) {
    const row = page.locator(`#${id}`);
    kinds.add(await row.locator("th .hint").innerText());
    const source = row.getByLabel(/: filled from$/);
    if (await source.isDisabled()) continue;
    const offered = await source.locator("option:not([disabled])").evaluateAll((all) => all.map((one) => one.value).filter(Boolean));
    await choose(page, row, offered[at % offered.length]);
    await fill(page, row);
  }
  return kinds;
}

/** The row is made anew by the server. */
async function choose(page, row, source) {
  const select = row.getByLabel(/: filled from$/);
  if ((await select.inputValue()) === source) return;
  await exchanged(page, () => select.selectOption(source));
}

async function exchanged(page, act) {
  const answered = page.waitForResponse((answer) => answer.request().method() === "POST" && /do=row|do=stage/.test(answer.request().postData() ?? ""));
  await act();
  await (await answered).finished();
  await page.waitForFunction(() => !document.querySelector(".htmx-swapping, .htmx-settling, .htmx-request"));
}

async function fill(page, row) {
  const query = row.getByRole("searchbox");
  if (await query.count()) {
    const what = /look for an? (\w+)/.exec(await query.getAttribute("aria-label"))[1];
    await query.fill(looked[what]);
    await exchanged(page, () => row.getByRole("button", { name: "Find" }).click());
  }
  const value = row.locator("select[name$='.value']"), boxes = row.locator("input[type=checkbox][name$='.value']");
  if (await value.count()) await value.selectOption({ index: 1 });
  else if (await boxes.count()) await boxes.first().check();
  const text = row.locator("textarea"), short = row.locator("input[type=text]");
  if (await text.count()) {
    if (!(await text.isVisible())) await row.locator(".fold > summary").click();
    await text.fill("{{ headline }}");
  } else if (await short.count()) await short.fill((await short.getAttribute("placeholder")) ?? "");
  const kind = await row.locator("th .hint").innerText();
  const typed = row.locator("textarea, input[type=text]");
  if (kind in written && (await typed.count())) await typed.fill(written[kind]);
}

/** What Jira would refuse is told beside the field and by the doctor, and is not saved. */
async function refused(page) {
  const number = await mapped(page, "Number", "manual");
  await number.locator("input[type=text]").fill("many");
  const text = await mapped(page, "Text", "manual");
  await unfold(text);
  await text.locator("textarea").fill("one\n{{ sevrity }}");
  await page.getByRole("button", { name: "Save mapping" }).click();
  await heading(page, "Not saved: 2 to mend");
  await row(page, "Number").getByText("has a value that Jira would refuse").waitFor();
  await row(page, "Text").getByText("line 2, column 4").waitFor();
  await accessible(page, "mapping-all-refused");

  // The doctor leads to the row, and the row is marked.
  const problem = page.locator(".dblock", { hasText: "Text has a template that fails" });
  await problem.getByRole("link", { name: "Go to field" }).click();
  assert.equal(await page.evaluate(() => document.querySelector(":target .fn").textContent), "Text");
  await row(page, "Text").locator("textarea").fill("{{ severity }}");
  await row(page, "Number").locator("input[type=text]").fill("3");
  await page.getByText("Jira would take this mapping").first().waitFor();
}

/** A value map with a gap is mended by one click. */
async function mended(page) {
  const select = await mapped(page, "Select", "backline");
  await exchanged(page, () => select.getByLabel("Select: Backline field").selectOption({ label: "Severity" }));
  await unfold(select);
  await select.getByLabel("Select: default").selectOption({ label: "No default" });
  await select.getByLabel("Select for high").selectOption({ label: "Use the default" });
  const problem = page.locator(".dblock", { hasText: "Select has an incomplete value map" });
  await problem.waitFor();
  await accessible(page, "mapping-repair");
  await problem.getByRole("button", { name: /^Use “.*” for the rest$/ }).click();
  await page.getByText("Jira would take this mapping").first().waitFor();
  assert.notEqual(await row(page, "Select").getByLabel("Select: default").inputValue(), "");
}

/** Words and filters, by keyboard alone. */
async function offered(page) {
  await unfold(row(page, "Text"));
  const text = row(page, "Text").locator("textarea"), list = page.getByRole("listbox", { name: "Words for templates" });
  await text.fill("");
  await text.focus();
  await page.keyboard.type("[{{ sev");
  await list.waitFor();
  assert.deepEqual(await list.getByRole("option").locator("code").allInnerTexts(), ["severity_title", "severity", "severity_source"]);
  await page.keyboard.press("ArrowDown");
  const marked = await text.getAttribute("aria-activedescendant");
  assert.equal(await page.locator(`#${marked}[aria-selected=true] code`).innerText(), "severity");
  await accessible(page, "mapping-words");
  await page.keyboard.press("Enter");
  assert.equal(await text.inputValue(), "[{{ severity }}");
  assert.ok(await list.isHidden());
  for (const key of ["ArrowLeft", "ArrowLeft", "ArrowLeft"]) await page.keyboard.press(key);
  await page.keyboard.type(" | up");
  await list.waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await text.inputValue(), "[{{ severity | upper }}");
  await page.keyboard.press("End");
  await page.keyboard.type("] {{ tit");
  await list.waitFor();
  await page.keyboard.press("Escape");
  assert.ok(await list.isHidden());
  await page.keyboard.type("le }}");
  assert.equal(await text.inputValue(), "[{{ severity | upper }}] {{ title }}");
  await page.keyboard.press("Control+z");
  assert.notEqual(await text.inputValue(), "[{{ severity | upper }}] {{ title }}", "what was taken can be undone");
  await text.fill("[{{ severity | upper }}] {{ title }}");
  await page.keyboard.press("Tab");
  await page.locator(".jk dd", { hasText: "[HIGH] Weakness" }).first().waitFor();
}

async function comment(page) {
  const stage = page.locator("#stage-open");
  await stage.locator(".fold > summary").click();
  const text = stage.getByLabel("text of the comment");
  await text.focus();
  await page.keyboard.type("Seen: {{ eve");
  await page.getByRole("option", { name: /^event/ }).click();
  assert.equal(await text.inputValue(), "Seen: {{ event }}");
  await text.fill("Seen: {{ evnt }}");
  await page.keyboard.press("Tab");
  const problem = page.locator(".dblock", { hasText: "has a template that fails" });
  await problem.getByRole("link", { name: "Go to step" }).click();
  await accessible(page, "mapping-comment");
  await text.fill("Seen: {{ event }}");
  await page.keyboard.press("Tab");
  await page.getByText("Jira would take this mapping").first().waitFor();
}

async function saved(page) {
  await page.getByRole("button", { name: "Save mapping" }).click();
  await page.getByText(`${name} was saved`).waitFor();
}

/** What only Jira knows blocks the tickets in its words; once that is mended, it takes them with all the other kinds. */
async function accepted(page, ui) {
  await page.goto(`${ui}/tickets`);
  await shown(page, page.getByText("Sprint with id 3 does not exist"));
  await page.getByText("does not belong to appropriate hierarchy").first().waitFor();
  await page.goto(`${ui}/integrations/jira/projects`);
  await page.getByRole("link", { name: `Edit ${name}` }).click();
  for (const field of ["Sprint", "Parent"]) await mapped(page, field, "");
  await saved(page);
  await page.goto(`${ui}/tickets?q=ALL-`);
  await shown(page, page.getByRole("link", { name: /^ALL-\d+$/ }).nth(1));
}

async function edited(page, ui) {
  await page.goto(`${ui}/integrations/jira/projects`);
  await page.getByRole("link", { name: `Edit ${name}` }).click();
  await heading(page, `${name} mapping`);
  await accessible(page, "mapping-all");
  await unfold(row(page, "Text"));
  await row(page, "Text").locator("textarea").fill("{{ title | lower }}");
  await page.getByRole("button", { name: "Save mapping" }).click();
  await heading(page, `Before ${name} is saved`);
  await page.getByText("2 tickets").first().waitFor();
  await page.getByRole("button", { name: "Apply to all" }).click();
  await page.getByText(`${name} was saved`).waitFor();
}

async function rolledBack(page) {
  await page.getByRole("link", { name: `Edit ${name}` }).click();
  await page.locator(".head").getByRole("link", { name: "Versions" }).click();
  await heading(page, `${name} versions`);
  await page.locator("#v3").getByText("by hand: “{{ title | lower }}”, was by hand: “[{{ severity | upper }}] {{ title }}”").waitFor();
  await accessible(page, "mapping-versions");
  await page.getByRole("button", { name: "Go back to version 2" }).click();
  await page.getByText(`${name} was saved`).waitFor();
  await page.getByRole("link", { name: `Edit ${name}` }).click();
  await page.getByText("Version 4 is live").waitFor();
  assert.equal(await row(page, "Text").locator("textarea").inputValue(), "[{{ severity | upper }}] {{ title }}");
}

async function removed(page, ui) {
  await page.goto(`${ui}/integrations/jira/projects`);
  await page.getByRole("button", { name: `More for ${name}` }).click();
  await page.getByRole("link", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByText(`${name} was deleted`).waitFor();
}

/** The row of a field by its name; of several that have it, the first. */
function row(page, field) {
  return page.locator("table.map > tbody", { has: page.locator(".fn", { hasText: new RegExp(`^${field}$`) }) }).first();
}

async function mapped(page, field, source) {
  const found = row(page, field);
  await choose(page, found, source);
  return found;
}

async function unfold(found) {
  const fold = found.locator(".fold");
  if (!(await fold.evaluate((details) => details.open))) await fold.locator("summary").click();
}
