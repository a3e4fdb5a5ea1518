// From first-run setup to a closed ticket, as a person clicks it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessible } from "./accessibility.mjs";
import { root } from "./product.mjs";
import { login, signIn, upload } from "./person.mjs";
import { heading, shown } from "./wait.mjs";

const advisory = "CVE-2020-9548";
const scan = join(root, "samples/trivy/pom.json");

export async function story(page, { ui, info }) {
  await setUp(page, ui, info);
  await signBackIn(page, ui);
  await connectJira(page, ui);
  await connectTheRest(page, ui, info);
  await addProject(page, ui);
  await upload(page, ui, scan);
  const ticket = await follow(page, ui);
  const pullRequest = await openPullRequest(page, info, ticket);
  await merge(page, ui, ticket, pullRequest);
  await verify(page, ui, ticket);
  await reviseProject(page, ui);
}

async function setUp(page, ui, info) {
  await page.goto(ui);
  await heading(page, "Set up this server");
  assert.equal(await page.getByLabel("Callback address").inputValue(), `${ui}/integrations/jira/callback`);
  await accessible(page, "setup");
  await page.getByLabel("Your name").fill("Ann Example");
  await page.getByLabel("E-mail").fill(login.email);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByLabel("Password again").fill("short");
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.getByText("at least 12 characters").waitFor();
  await accessible(page, "setup-refused");
  await page.getByLabel("Password", { exact: true }).fill(login.password);
  await page.getByLabel("Password again").fill(login.password);
  await page.getByLabel("Client id").fill(info.oauth.client_id);
  await page.getByLabel("Client secret").fill(info.oauth.client_secret);
  await page.getByRole("button", { name: "Create the account" }).click();
  await heading(page, "Integration Hub");
  await accessible(page, "integrations-empty");
  for (const [path, name] of [["/", "overview-empty"], ["/vulnerabilities", "vulnerabilities-empty"], ["/remediations", "remediations-empty"], ["/tickets", "tickets-empty"], ["/activity", "activity-empty"], ["/integrations/jira/projects", "projects-unconnected"]]) {
    await page.goto(ui + path);
    await accessible(page, name);
  }
}

async function signBackIn(page, ui) {
  await page.getByRole("button", { name: "Sign out" }).click();
  await heading(page, "Sign in");
  await page.goto(`${ui}/integrations`);
  await accessible(page, "login");
  await page.getByLabel("E-mail").fill(login.email);
  await page.getByLabel("Password").fill("wrong horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("That did not match").waitFor();
  await accessible(page, "login-refused");
  await signIn(page);
  await heading(page, "Integration Hub");
}

async function connectJira(page, ui) {
  await page.getByRole("link", { name: "What it asks for" }).click();
  await heading(page, "Connect Jira (App)");
  await accessible(page, "jira");
  await page.getByRole("button", { name: "Connect" }).click();

  // Atlassian's side. Who cancels is told so, and may start again.
  await heading(page, "wants to access your Jira site");
  await page.getByRole("button", { name: "Cancel" }).click();
  await heading(page, "Jira was not connected");
  await accessible(page, "jira-denied");
  await page.getByRole("link", { name: "Start again" }).click();
  await page.getByRole("button", { name: "Connect" }).click();

  await heading(page, "wants to access your Jira site");
  assert.equal(await page.getByRole("radio").count(), 2, "two sites to choose from");
  await page.getByRole("radio", { name: /acme/i }).check();
  const returned = page.waitForRequest(/\/integrations\/jira\/callback\?.*code=/);
  await page.getByRole("button", { name: "Accept" }).click();
  await heading(page, "Jira is connected");
  await page.getByRole("link", { name: /acme/ }).waitFor();
  await accessible(page, "jira-connected");

  // The address that Atlassian led back to is worth nothing a second time.
  await page.goto((await returned).url());
  await heading(page, "This return was used before");
  await accessible(page, "jira-replayed");
  await page.goto(`${ui}/integrations/jira`);
  await heading(page, "Jira is connected");
}

async function connectTheRest(page, ui, info) {
  await page.goto(`${ui}/integrations`);
  const card = (name) => page.getByRole("article", { name, exact: true });
  await card("GitHub").getByRole("link", { name: "Connect" }).click();
  await page.getByLabel("API address").fill(info.github.api);
  await page.getByLabel("Repositories").fill("payments-api");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("is no repository").waitFor();
  await accessible(page, "github-refused");
  await page.getByLabel("Token").fill(info.github.backline_token);
  await page.getByLabel("Repositories").fill(info.github.repository);
  await page.getByRole("button", { name: "Save" }).click();
  await card("GitHub").getByText("Set up").waitFor();
  await card("GitHub").getByRole("link", { name: "Manage" }).click();
  await accessible(page, "github");

  await page.goto(`${ui}/integrations`);
  await card("Slack").getByRole("link", { name: "Connect" }).click();
  await page.getByLabel("Webhook address").fill(info.slack.webhook);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Send test message" }).click();
  await page.getByText("Slack took the test message").waitFor();
  await accessible(page, "slack");
  await page.goto(info.slack.html);
  await page.getByText("Backline can reach this channel").waitFor();
}

async function addProject(page, ui) {
  await page.goto(`${ui}/integrations`);
  await accessible(page, "integrations");
  await page.getByRole("link", { name: "Add Projects" }).click();
  await heading(page, "Add a Jira project");
  await accessible(page, "projects-choose");
  await page.getByLabel("Search projects").fill("SEC");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "Choose SEC" }).click();
  await chooseIssueType(page, "Bug");
  await heading(page, "SEC / Bug mapping");
  await accessible(page, "mapping");

  // One mandatory field is left to the person: nothing is saved before it has a value.
  await page.getByRole("button", { name: "Save mapping" }).click();
  await heading(page, "Not saved");
  await accessible(page, "mapping-refused");
  await page.getByLabel("Found in environment: filled from").selectOption({ label: "A value from Jira" });
  await page.getByLabel("Found in environment: value from Jira").selectOption({ label: "Production" });
  await page.getByRole("textbox", { name: "Repositories" }).fill("acme/payments-api\nacme/web");
  await page.getByRole("button", { name: "Save mapping" }).click();
  await page.getByText("SEC / Bug was saved").waitFor();
  await accessible(page, "projects");
}

async function chooseIssueType(page, name) {
  await page.getByLabel("Issue type", { exact: true }).selectOption({ label: name });
  await page.getByRole("region", { name: "Project and issue type" }).getByRole("button", { name: "Update form" }).click();
}

/** The ticket of the advisory: its key and its addresses here and in Jira. */
async function follow(page, ui) {
  await page.goto(`${ui}/reports/new`);
  await accessible(page, "upload");
  await upload(page, ui, scan);
  await accessible(page, "report-taken");
  await page.getByRole("link", { name: "Show vulnerabilities" }).click();
  await shown(page, page.getByRole("row", { name: advisory }).getByRole("link", { name: /SEC-\d+/ }));
  await accessible(page, "vulnerabilities");
  await page.getByRole("row", { name: advisory }).locator(".ttl").click();
  await heading(page, "Serialization gadgets");
  await accessible(page, "vulnerability");
  const vulnerability = page.url();
  await page.getByRole("link", { name: "Compare" }).click();
  await shown(page, page.locator("#detail").getByText("In sync", { exact: true }));
  await page.getByText("Nothing to do").waitFor();
  await accessible(page, "ticket");
  const open = page.locator("#det-h").getByRole("link");
  const ticket = { key: await open.innerText(), href: page.url(), vulnerability, jira: await open.getAttribute("href") };
  await page.goto(`${ui}/tickets`);
  await accessible(page, "tickets");
  await page.goto(ticket.jira);
  await status(page, "To Do").waitFor();
  await page.getByText("Production").first().waitFor();
  return ticket;
}

async function openPullRequest(page, info, ticket) {
  await page.goto(`${info.github.html}${info.github.repository}`);
  await page.getByLabel("File").selectOption("pom.xml");
  await page.getByLabel("Text to add").fill("<!-- jackson-databind 2.9.10.7 -->");
  await page.getByLabel("Title").fill(`Raise jackson-databind past ${advisory}`);
  await page.getByLabel("Description").fill("Our own words.");
  await page.getByRole("button", { name: "Open pull request" }).click();
  await heading(page, advisory);
  const address = page.url();

  // The pull request names the ticket, under the words that stood there.
  await shown(page, page.locator(".said .text").filter({ hasText: ticket.key }));
  await page.getByText("Our own words.").first().waitFor();

  await page.goto(ticket.jira);
  await shown(page, status(page, "In Review"));
  await shown(page, card(page, "Links").getByRole("link", { name: new RegExp(advisory) }));
  await shown(page, card(page, "Comments").getByText("pull request", { exact: false }));
  assert.equal(await card(page, "Links").getByRole("link").first().getAttribute("href"), address);
  return address;
}

async function merge(page, ui, ticket, pullRequest) {
  await page.goto(`${ui}/remediations`);
  await accessible(page, "remediations");
  await page.getByRole("link", { name: new RegExp(advisory) }).click();
  await page.getByText("What Backline wrote into the pull request").waitFor();
  await accessible(page, "remediation");

  await page.goto(pullRequest);
  await page.getByRole("button", { name: "Merge pull request" }).click();
  await page.getByText("merged this into").waitFor();

  await page.goto(ticket.jira);
  await shown(page, card(page, "Comments").getByText("Awaiting verification"));
  await page.goto(ticket.vulnerability);
  await shown(page, page.getByText("Awaiting verification"));
  await accessible(page, "vulnerability-merged");
}

async function verify(page, ui, ticket) {
  await upload(page, ui, { name: "pom.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(without(advisory))) });
  await page.goto(ticket.jira);
  await shown(page, status(page, "Done"));
  await page.getByRole("region", { name: "Details" }).locator("dt", { hasText: "Resolution" }).locator("+ dd").getByText("Done").waitFor();
  await page.goto(ticket.vulnerability);
  await shown(page, page.getByRole("heading", { name: "Resolved" }));
  await accessible(page, "vulnerability-resolved");
  await page.goto(ticket.href);
  await shown(page, page.locator("#detail").getByText("Done", { exact: true }));
  await accessible(page, "ticket-done");
  for (const [path, name] of [["/", "overview"], ["/activity", "activity"], ["/remediations", "remediations-done"]]) {
    await page.goto(ui + path);
    await accessible(page, name);
  }
}

/** The scan of today, after the fix. */
function without(id) {
  const report = JSON.parse(readFileSync(scan, "utf8"));
  report.CreatedAt = new Date().toISOString();
  for (const result of report.Results) result.Vulnerabilities = result.Vulnerabilities.filter((row) => row.VulnerabilityID !== id);
  return report;
}

// With findings there, the editor shows what would become of one of them.
async function reviseProject(page, ui) {
  await page.goto(`${ui}/integrations/jira/projects`);
  await page.getByRole("link", { name: "Edit SEC / Bug" }).click();
  await page.getByText("Jira would take this mapping").first().waitFor();
  await accessible(page, "mapping-edit");
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "More for SEC / Bug" }).click();
  await page.getByRole("link", { name: "Delete" }).click();
  await heading(page, "Delete the SEC / Bug mapping?");
  await accessible(page, "project-delete");
  await page.getByRole("link", { name: "Keep it" }).click();
  await page.getByRole("link", { name: "Edit SEC / Bug" }).waitFor();
}

/** A status on the simulated Jira's page of an issue. */
function status(page, name) {
  return page.getByRole("region", { name: "Status" }).getByText(name, { exact: true });
}

/** A part of that page. */
function card(page, title) {
  return page.locator(".card").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
}
