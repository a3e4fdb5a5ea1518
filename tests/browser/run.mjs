// The whole story in headless Chromium, from the login to a closed ticket, as a person clicks it.
//
// Starts `backline demo` on free ports with an empty data folder, and stops it. On a failure the page as it was
// is kept in target/browser/.

import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const pictures = join(root, "target/browser");
const axe = readFileSync(join(here, "node_modules/axe-core/axe.min.js"), "utf8");
const patience = 30_000;

async function demo(data) {
  const child = spawn(join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/backline"), ["demo", "--json", "--listen", "127.0.0.1:0", "--data", data], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise((found, failed) => {
    createInterface({ input: child.stdout }).once("line", found);
    child.once("exit", (code) => failed(new Error(`the demo ended with ${code}`)));
  });
  return { child, info: JSON.parse(line) };
}

// No page may be unusable for people who cannot see it or cannot use a mouse.
async function accessible(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }));
  const told = violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
  if (told.length > 0) throw new Error(`${name} has accessibility violations:\n${told.join("\n")}`);
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

// Reloads until a text is there: pages are server-rendered, so a person would reload too.
async function until(page, text) {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    if ((await page.getByText(text, { exact: false }).count()) > 0) return;
    await page.waitForTimeout(200);
    await page.reload();
  }
  throw new Error(`"${text}" did not appear on ${page.url()}`);
}

async function story(page, info) {
  await page.goto(info.ui);
  await page.getByLabel("E-mail").fill(info.login.email);
  await page.getByLabel("Password", { exact: true }).fill(info.login.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await accessible(page, "overview");

  await page.goto(`${info.ui}/integrations`);
  await accessible(page, "integrations");
  await page.goto(`${info.ui}/integrations/jira`);
  await accessible(page, "jira");
  await page.getByRole("button", { name: "Connect" }).first().click();

  // Atlassian's side: choose the site, see the permissions, accept.
  await page.getByText("acme", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "Accept" }).click();
  await page.waitForURL(/\/integrations\/jira/);
  await accessible(page, "connected");

  await page.goto(`${info.ui}/integrations/jira/projects/new?q=SEC`);
  await accessible(page, "projects-new");
  await page.getByRole("link", { name: /SEC/ }).first().click();
  await accessible(page, "mapping");
  // The proposal leaves one mandatory field to the person.
  const environment = page.locator("tbody, tr").filter({ hasText: "Found in environment" }).first();
  await environment.getByRole("combobox").first().selectOption({ label: "A value from Jira" });
  await page.waitForTimeout(500);
  await page.locator("tbody, tr").filter({ hasText: "Found in environment" }).first().getByRole("combobox").nth(1).selectOption({ label: "Production" });
  await page.getByRole("button", { name: /Save/ }).first().click();
  await page.waitForURL(/\/integrations\/jira\/projects/);
  await accessible(page, "projects");

  await page.goto(`${info.ui}/tickets`);
  await until(page, "SEC-");
  await accessible(page, "tickets");

  await page.goto(`${info.ui}/vulnerabilities`);
  await accessible(page, "vulnerabilities");
  await page.goto(`${info.ui}/activity`);
  await accessible(page, "activity");
  await page.goto(`${info.ui}/remediations`);
  await accessible(page, "remediations");
  await page.goto(`${info.ui}/reports/new`);
  await accessible(page, "upload");
}

mkdirSync(pictures, { recursive: true });
const data = mkdtempSync(join(tmpdir(), "backline-browser-"));
const { child, info } = await demo(data);
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let failure;
const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
page.setDefaultTimeout(patience);
try {
  await story(page, info);
} catch (error) {
  failure = error;
  await page.screenshot({ path: join(pictures, "failure.png"), fullPage: true }).catch(() => {});
}
await browser.close();
child.kill("SIGTERM");
await new Promise((ended) => child.once("exit", ended));
rmSync(data, { recursive: true, force: true });
if (failure) {
  console.error(failure);
  console.log("0 passed, 1 failed");
  process.exit(1);
}
console.log("1 passed, 0 failed");
