// What a user does before the screen, whatever is shown there.

import { waitFor } from "./code_server.mjs";

/** Opens the field above the editor with a key and fills it; it closes when something else takes the focus. */
async function fillField(page, key, text, row) {
  await waitFor(`field with \`${text}\``, async () => {
    await page.keyboard.press(key);
    const soon = { timeout: 5000 };
    try {
      await page.locator(".quick-input-widget input").fill(text, soon);
      await row?.waitFor(soon);
      return true;
    } catch {
      return page.keyboard.press("Escape");
    }
  });
}

const rowOf = (page, text) => page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();

/** Opens a file by its name. */
export async function openFile(page, name) {
  const row = rowOf(page, name);
  await fillField(page, "Control+p", name, row);
  await row.click();
  await page.locator(".tab.active", { hasText: name }).waitFor();
  await page.mouse.move(540, 440); // away from what explains itself to a pointer
}

/** `place` is a line, or a line and a column with a colon between. */
export async function goTo(page, place) {
  await fillField(page, "Control+g", `:${place}`);
  await page.keyboard.press("Enter");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** Runs a command by its title. */
export async function command(page, title) {
  await fillField(page, "F1", `>${title}`, rowOf(page, title));
  await page.keyboard.press("Enter");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** The entries of the light bulb at the cursor, once they contain `expected`. They stay open. */
export async function lightBulb(page, expected) {
  const entries = page.locator(".action-widget .monaco-list-row");
  const wanted = entries.filter({ hasText: expected }).first();
  // The menu closes when something new is known about the file.
  await waitFor(`\`${expected}\` in the light bulb`, async () => {
    await page.keyboard.press("Control+.");
    return wanted.waitFor({ timeout: 5000 }).then(() => true, () => page.keyboard.press("Escape"));
  });
  return entries;
}
