// Out again: disconnecting, connecting anew where several sites are granted, access taken back at Atlassian.

import assert from "node:assert/strict";
import { accessible } from "./accessibility.mjs";
import { accept, signIn } from "./person.mjs";
import { heading, shown } from "./wait.mjs";

export async function farewell(page, { ui, info }) {
  await page.goto(`${ui}/integrations`);
  await signIn(page);
  await disconnect(page);
  await connectAgain(page, ui);
  await losePermission(page, ui, info);
}

async function disconnect(page) {
  await page.getByRole("button", { name: "Actions for Jira (App)" }).click();
  await page.getByRole("link", { name: "Disconnect" }).click();
  await heading(page, "Disconnect Jira (App)?");
  await accessible(page, "jira-disconnect");
  await page.getByRole("button", { name: "Disconnect" }).click();
  await heading(page, "Jira is disconnected");
  assert.match(await page.getByRole("link", { name: "Connected apps" }).getAttribute("href"), /id\.atlassian\.com/);
  await page.getByText("Remove access").waitFor();
  await accessible(page, "jira-disconnected");
}

// Consent for the other site joins the one that Atlassian still has, so Backline asks which is meant.
async function connectAgain(page, ui) {
  await page.goto(`${ui}/integrations/jira/projects`);
  await accessible(page, "projects-disconnected");
  await page.goto(`${ui}/integrations/jira`);
  await page.getByRole("button", { name: "Connect" }).click();
  await accept(page, /globex/i);
  await heading(page, "Choose a site");
  await accessible(page, "jira-site");
  await page.getByRole("radio", { name: /acme/i }).check();
  await page.getByRole("button", { name: "Use this site" }).click();
  await heading(page, "Jira is connected");
  await page.goto(`${ui}/tickets?q=jackson`);
  await shown(page, page.getByRole("row", { name: /SEC-1\b/ }).filter({ hasText: "In sync" }));
}

// Taken back at Atlassian: what needs a person says so, and connecting heals it.
async function losePermission(page, ui, info) {
  await page.goto(info.oauth.apps_url);
  await page.getByRole("button", { name: "Remove access" }).click();
  await page.getByText("No app has access").waitFor();
  await page.goto(`${ui}/integrations/jira/projects/new`);
  await heading(page, "Jira could not be read");
  await accessible(page, "projects-choose-lost");
  await page.goto(`${ui}/integrations`);
  await shown(page, page.getByText("Jira needs your consent again"));
  await accessible(page, "integrations-lost");
  await page.goto(`${ui}/activity`);
  await accessible(page, "activity-lost");
  await page.goto(`${ui}/integrations/jira`);
  await accessible(page, "jira-lost");
  await page.getByRole("button", { name: "Connect" }).click();
  await accept(page, /acme/i);
  await heading(page, "Jira is connected");
  await page.goto(`${ui}/integrations`);
  await page.getByRole("article", { name: "Jira (App)" }).getByText("Connected", { exact: true }).waitFor();
}
