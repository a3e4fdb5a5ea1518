// No page may be unusable for people who cannot see it, cannot use a mouse, or hold a phone.

import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./product.mjs";

const axe = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "node_modules/axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const desk = { width: 1440, height: 1000 };
const phone = { width: 390, height: 844 };

/** Where pictures of every page land, and the page of a failure. */
export const pictures = join(root, "target/browser");
mkdirSync(pictures, { recursive: true });

/** What was found so far: pages are all checked before the run fails, so that one run tells everything. */
export const problems = [];

/**
 * Checks the page as it is, on a desk in both schemes and on a phone, and takes its pictures. The window is as high as
 * the page meanwhile: what a bar at its edge half covers can be scrolled to.
 */
export async function accessible(page, name) {
  for (const [device, size, colorScheme] of [["phone", phone, "light"], ["desk-dark", desk, "dark"], ["desk", desk, "light"]]) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ ...size, height: await page.evaluate(() => document.documentElement.scrollHeight) });
    problems.push(...(await violations(page)).map((text) => `${name} on ${device}: ${text}`));
    await page.setViewportSize(size);
    if (device !== "desk-dark") await page.screenshot({ path: join(pictures, `${name}-${device}.png`), fullPage: true });
  }
}

async function violations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), rules);
  const told = violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return beyond > 0 ? [...told, `the page is ${beyond} px wider than the window`] : told;
}
