// Lists with much in them: what is filtered by and how the page says so, paging, text that is meant to break it.

import assert from "node:assert/strict";
import { accessible } from "./accessibility.mjs";
import { signIn, upload } from "./person.mjs";
import { heading, shown } from "./wait.mjs";

const rows = 2_000;
const pageRows = 50;
const hostile = `<script>alert(1)</script> "'{{ 7*7 }} ${"W".repeat(400)} \u202Eevil ${"a long title ".repeat(40)}`;

export async function lists(page, { ui }) {
  page.on("dialog", (dialog) => assert.fail(`a script of a report ran: ${dialog.message()}`));
  await page.goto(`${ui}/vulnerabilities`);
  await signIn(page);
  await heading(page, "Vulnerabilities");
  await upload(page, ui, report("many", Array.from({ length: rows }, (_, number) => row(number))), "acme/many");
  await upload(page, ui, report("hostile", [evil]), "acme/web");
  await filters(page, ui);
  await pages(page, ui);
  await hostileText(page, ui);
  await tabs(page, ui);
  await mistakes(page, ui);
}

function row(number) {
  return {
    VulnerabilityID: `CVE-2031-${10_000 + number}`,
    PkgName: `package-${number}`,
    InstalledVersion: "1.0.0",
    FixedVersion: "1.0.1",
    Severity: "LOW",
    Title: `Weakness number ${number}`,
    Description: "What it is about.",
  };
}

const evil = { ...row(rows), PkgName: `evil-${"x".repeat(200)}`, Severity: "CRITICAL", Title: hostile, Description: hostile };

/** A file as Trivy writes it. */
function report(name, vulnerabilities) {
  const results = [{ Target: "package-lock.json", Class: "lang-pkgs", Type: "npm", Vulnerabilities: vulnerabilities }];
  const whole = { SchemaVersion: 2, ArtifactName: name, ArtifactType: "filesystem", Results: results };
  return { name: `${name}.json`, mimeType: "application/json", buffer: Buffer.from(JSON.stringify(whole)) };
}

// The list changes without the page: its words and links change along.
async function filters(page, ui) {
  await page.goto(`${ui}/vulnerabilities`);
  const severity = page.getByRole("button", { name: /^Severity/ });
  assert.equal((await severity.innerText()).trim(), "Severity");
  await severity.click();
  await page.getByRole("checkbox", { name: "Critical" }).check();
  await page.getByRole("button", { name: "Severity is Critical" }).waitFor();
  await page.getByRole("checkbox", { name: "High" }).check();
  await page.getByRole("button", { name: "Severity is Critical or High" }).waitFor();
  await accessible(page, "vulnerabilities-filter-open");
  await page.keyboard.press("Escape");
  await page.getByLabel("Search vulnerabilities").fill("no such thing");
  await heading(page, "No vulnerability matches");
  await page.waitForURL(/q=no%20such%20thing|q=no\+such\+thing/);
  await accessible(page, "vulnerabilities-nomatch");
  await page.locator(".filters").getByRole("link", { name: "Clear filters" }).click();
  await page.getByRole("button", { name: "Severity", exact: true }).waitFor();
  assert.equal(await page.locator(".filters").getByRole("link", { name: "Clear filters" }).count(), 0);
}

async function pages(page, ui) {
  await page.goto(`${ui}/vulnerabilities?repository=acme/many`);
  const seen = new Set();
  const read = async () => {
    for (const title of await page.locator("#list .ttl").evaluateAll((links) => links.map((link) => link.getAttribute("href")))) seen.add(title);
  };
  const next = page.getByRole("link", { name: "Next" });
  await read();
  for (let turned = 1; turned < rows / pageRows; turned += 1) {
    const answered = page.waitForResponse(/after=/);
    await next.click();
    await answered;
    await page.waitForFunction((href) => document.querySelector("#list .ttl").getAttribute("href") !== href, [...seen].at(-pageRows));
    await read();
    if (turned > 1) continue;
    const top = await page.locator("#list tbody tr").first().evaluate((row) => row.getBoundingClientRect().top);
    assert.ok(top >= 0, "a new page is read from its first row");
    await accessible(page, "vulnerabilities-second-page");
  }
  assert.equal(seen.size, rows, "every row is on one page");
  assert.equal(await next.count(), 0, "the last page has no next one");
  await page.goBack();
  await next.waitFor();
  await page.getByRole("link", { name: "First page" }).click();
  await page.locator("#list .ttl").first().waitFor();
}

async function hostileText(page, ui) {
  await page.goto(`${ui}/vulnerabilities?repository=acme/web&severity=critical`);
  await accessible(page, "vulnerabilities-hostile");
  await page.locator("#list .ttl").first().click();
  await heading(page, "<script>alert(1)</script>");
  await shown(page, page.getByRole("link", { name: "Compare" }));
  await accessible(page, "vulnerability-hostile");
  await page.goto(`${ui}/tickets?q=${evil.VulnerabilityID}`);
  await accessible(page, "tickets-hostile");
}

async function tabs(page, ui) {
  for (const [path, label, tab] of [["/tickets", "Search tickets", "Blocked"], ["/remediations", "Search remediations", "Resolved"]]) {
    await page.goto(ui + path);
    await page.getByLabel(label).fill("jackson");
    await page.waitForURL(/q=jackson/);
    const to = page.locator("#tabs").getByRole("link", { name: tab });
    await page.waitForFunction((text) => [...document.querySelectorAll("#tabs a")].every((link) => link.href.includes(text)), "q=jackson");
    await to.click();
    assert.equal(await page.getByLabel(label).inputValue(), "jackson");
    assert.equal(await to.getAttribute("aria-current"), "page");
  }
  await page.goto(`${ui}/tickets?q=jackson`);
  const rowsOfList = page.locator("#list tbody tr");
  await rowsOfList.nth(1).getByRole("link").click();
  await page.locator("#list tbody tr").nth(1).and(page.locator("[aria-current]")).waitFor();
  await page.locator("#det-h").waitFor();
}

// Pages of what is not there, and of a session that is over.
async function mistakes(page, ui) {
  await page.goto(`${ui}/nothing-here`);
  await heading(page, "Not found");
  await accessible(page, "not-found");
  await page.goto(`${ui}/vulnerabilities/00000000-0000-0000-0000-000000000000`);
  await heading(page, "Not found");
  await page.goto(`${ui}/reports/new`);
  await page.getByLabel("Repository").fill("acme/payments-api");
  await page.getByLabel("Report file").setInputFiles({ name: "photo.json", mimeType: "application/json", buffer: Buffer.from("{\"a\": 1}") });
  await page.getByRole("button", { name: "Upload report" }).click();
  await page.getByText("What happened").waitFor();
  await accessible(page, "report-refused");
  await page.goto(`${ui}/tickets`);
  await page.context().clearCookies();
  await page.getByLabel("Search tickets").fill("any");
  await page.getByText("Sign in to see that page").waitFor();
  await accessible(page, "session-over");
  await signIn(page);
  await heading(page, "Tickets");
}
