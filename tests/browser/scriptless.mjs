// What must work without JavaScript: signing in, lists, details, dialogs, saving a mapping.

import assert from "node:assert/strict";
import { join } from "node:path";
import { signIn, upload } from "./person.mjs";
import { root } from "./product.mjs";
import { heading } from "./wait.mjs";

export async function scriptless(page, { ui }) {
  await page.goto(`${ui}/vulnerabilities?status=any`);
  await signIn(page);
  await heading(page, "Vulnerabilities");
  assert.match(page.url(), /status=any/, "who signs in is led to where they wanted");
  await upload(page, ui, join(root, "samples/sarif/codeql-output.sarif.json"), "acme/web");
  await vulnerabilities(page, ui);
  await tickets(page, ui);
  await mapping(page, ui);
  await page.getByRole("button", { name: "Sign out" }).click();
  await heading(page, "Sign in");
}

async function vulnerabilities(page, ui) {
  await page.goto(`${ui}/vulnerabilities`);
  await page.getByRole("button", { name: /^Severity/ }).click();
  await page.getByRole("checkbox", { name: "High" }).check();
  await page.getByRole("button", { name: "Apply" }).first().click();
  await page.getByRole("button", { name: "Severity is High" }).waitFor();
  await page.getByRole("link", { name: "Clear filters" }).click();
  await page.getByRole("combobox", { name: "Repository" }).selectOption("acme/many");
  await page.locator(".filters > button", { hasText: "Apply" }).click();
  await page.getByRole("link", { name: "Next" }).click();
  await page.getByRole("link", { name: "First page" }).click();

  await page.locator("#list .ttl").first().click();
  await heading(page, "Why this ticket");
  await page.getByRole("link", { name: "Dismiss" }).click();
  await page.getByLabel("Reason").fill("A test of ours");
  await page.getByRole("button", { name: "Dismiss vulnerability" }).click();
  await page.getByRole("heading", { name: "Dismissed" }).waitFor();
  await page.getByRole("button", { name: "Reopen" }).click();
  await page.getByRole("link", { name: "Dismiss" }).waitFor();
}

async function tickets(page, ui) {
  await page.goto(`${ui}/tickets`);
  await page.getByLabel("Search tickets").fill("jackson");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "SEC-1", exact: true }).click();
  await heading(page, "SEC-1");
  await page.getByRole("link", { name: "Show the plan" }).click();
  await heading(page, "Plan for SEC-1");
  await page.getByText("Nothing to do").waitFor();
  await page.getByRole("link", { name: "Back to the ticket" }).click();
  await page.getByRole("button", { name: "Retry" }).click();
  await heading(page, "SEC-1");
  for (const path of ["/", "/remediations", "/activity?result=done"]) {
    await page.goto(ui + path);
    await page.locator("main .head h1").waitFor();
  }
}

async function mapping(page, ui) {
  await page.goto(`${ui}/integrations/jira/projects`);
  await page.getByRole("link", { name: "Edit SEC / Bug" }).click();
  await heading(page, "SEC / Bug mapping");
  const fields = page.getByRole("region", { name: "Fields" });
  await page.getByText("more optional, left out").click();
  await page.getByLabel("Environment: filled from", { exact: true }).selectOption({ label: "A manually added value" });
  await fields.getByRole("button", { name: "Update form" }).click();
  await page.getByLabel("Environment: text").fill("cloud");
  await page.getByRole("button", { name: "Save mapping" }).click();

  // Tickets are there already: what saving would do to them is shown first.
  await heading(page, "Before SEC / Bug is saved");
  await page.getByRole("button", { name: "Apply to all" }).click();
  await page.getByText("SEC / Bug was saved").waitFor();
  await page.getByText(", v2").waitFor();
}
