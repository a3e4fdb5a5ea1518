// What people do in the simulated Jira by hand, after the story has left tickets there.

import assert from "node:assert/strict";
import { accessible } from "./accessibility.mjs";
import { heading } from "./wait.mjs";

export async function byHand(page, { info }) {
  const site = info.jira.site;
  await look(page, info, site);
  const made = await create(page, site);
  await change(page, made);
  await be(page, "Pat Product, guest", made);
  assert.equal(await page.getByRole("link", { name: "Edit", exact: true }).count(), 0, "guests do not edit");
  await accessible(page, "sim-issue-guest");
  await be(page, "Ada Admin, administrator", made);
}

async function look(page, info, site) {
  for (const [path, name] of [["/jira/projects", "projects"], ["/jira/projects/SEC/board", "board"], ["/jira/projects/SEC/issues", "issues"], ["/jira/projects/SEC/create", "create"], ["/browse/SEC-99999", "missing"]]) {
    await page.goto(site + path);
    await accessible(page, `sim-${name}`);
  }
  await page.goto(info.oauth.apps_url);
  await heading(page, "Connected apps");
  await accessible(page, "sim-apps");
  await page.goto(`${site}/jira/projects`);
  await page.getByLabel("Search projects").fill("secur");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "Security backlog", exact: true }).click();
  await page.locator(".ticket").first().click();
  await heading(page, "Details");
  await accessible(page, "sim-issue");
}

/** An issue of one's own, which the product leaves alone; gives its address. */
async function create(page, site) {
  await page.goto(`${site}/jira/projects/SEC/board`);
  await page.getByRole("link", { name: "Create issue" }).click();
  await page.getByLabel("Issue type").selectOption("Bug");
  await page.getByRole("button", { name: "Show its fields" }).click();
  await page.getByLabel("Summary").fill("Made by hand");
  await page.getByLabel("Severity").selectOption("Sev 2");
  await page.getByLabel("Found in environment").selectOption("Production");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await heading(page, "Made by hand");
  return page.url();
}

async function change(page, made) {
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await accessible(page, "sim-edit");
  await page.getByLabel("Summary").fill("");
  await page.getByLabel("Business impact").fill("Orders stop");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByRole("link", { name: "Summary" }).waitFor();
  assert.equal(await page.getByLabel("Business impact").inputValue(), "Orders stop");
  await accessible(page, "sim-edit-refused");
  await page.getByLabel("Summary").fill("Written by hand");
  await page.getByRole("button", { name: "Save" }).click();
  await heading(page, "Written by hand");
  await page.locator("dl.details").getByText("Orders stop").waitFor();

  await page.getByLabel(/^Comment as/).fill("Seen by **hand**");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  await page.locator(".comment strong", { hasText: "hand" }).waitFor();
  await page.getByRole("link", { name: "Done…" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("Resolution is required.").first().waitFor();
  await accessible(page, "sim-transition-refused");
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("link", { name: "Move" }).click();
  await page.getByLabel("To the project").selectOption("WEB");
  await page.getByRole("button", { name: "Show what changes" }).click();
  await accessible(page, "sim-move");
  await page.goto(`${made}/delete`);
  await accessible(page, "sim-delete");
  await page.getByRole("link", { name: "Keep it" }).click();
}

/** Acts as another person from the menu, with the keyboard alone. */
async function be(page, who, made) {
  await page.goto(made);
  await page.locator(".menu summary").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("radio", { name: who }).check();
  await page.getByRole("button", { name: "Switch" }).press("Enter");
  await page.locator(".menu .who", { hasText: who.split(",")[0] }).waitFor();
}
