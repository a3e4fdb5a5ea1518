// The product clicked through in headless Chromium: `./test browser`.
//
// Starts simulators and service with empty folders and stops them. Pictures of every page land in
// target/browser/, and on a failure the page as it was.

import assert from "node:assert/strict";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { pictures, problems } from "./accessibility.mjs";
import { farewell } from "./farewell.mjs";
import { byHand } from "./hand.mjs";
import { lists } from "./lists.mjs";
import { mapping } from "./mapping.mjs";
import { start } from "./product.mjs";
import { scriptless } from "./scriptless.mjs";
import { story } from "./story.mjs";

const parts = [
  ["from first-run setup to a closed ticket", story, {}],
  ["by hand in the simulated Jira", byHand, {}],
  ["long lists", lists, {}],
  ["every kind of field mapped", mapping, {}],
  ["without JavaScript", scriptless, { javaScriptEnabled: false }],
  ["out again", farewell, {}],
  ["usable by everybody", () => assert.deepEqual(problems, []), {}],
];

const product = await start();
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let passed = 0;
for (const [name, part, options] of parts) {
  const context = await browser.newContext({ ...options, reducedMotion: "reduce" });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  try {
    await part(page, product);
    console.log(`${name}: ok`);
    passed += 1;
  } catch (error) {
    console.error(`${name}: failed at ${page.url()}\n`, error);
    await page.screenshot({ path: join(pictures, "failure.png"), fullPage: true }).catch(() => {});
    break;
  }
  await context.close();
}
await browser.close();
await product.stop();
console.log(`${passed} passed, ${parts.length - passed} failed`);
process.exitCode = passed === parts.length ? 0 : 1;
