// Waiting for what a page shows. What happens in the background is on the page that the server makes next, so a
// person looks again.

const patience = 30_000;
const look = 400;

/** Reloads until the locator shows something. */
export async function shown(page, locator) {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return await locator.first().waitFor({ timeout: look });
    } catch (error) {
      if (error.name !== "TimeoutError") throw error;
      if (Date.now() > end) throw new Error(`${locator} did not appear on ${page.url()} within ${patience} ms`);
    }
    await page.reload();
  }
}

export function heading(page, name) {
  return page.getByRole("heading", { name }).first().waitFor();
}
