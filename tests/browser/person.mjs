// The person who clicks, and what they do in every part.

import { heading } from "./wait.mjs";

export const login = { email: "ann@acme.example", password: "correct horse battery" };

/** On the sign-in page. */
export async function signIn(page) {
  await page.getByLabel("E-mail").fill(login.email);
  await page.getByLabel("Password").fill(login.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Hands a report in by the page; `file` is a path, or a name with its bytes. */
export async function upload(page, ui, file, repository = "acme/payments-api") {
  await page.goto(`${ui}/reports/new`);
  await page.getByLabel("Repository").fill(repository);
  await page.getByLabel("Report file").setInputFiles(file);
  await page.getByRole("button", { name: "Upload report" }).click();
  await heading(page, "Report taken");
}

/** Atlassian's consent page. */
export async function accept(page, site) {
  await page.getByRole("radio", { name: site }).check();
  await page.getByRole("button", { name: "Accept" }).click();
}
