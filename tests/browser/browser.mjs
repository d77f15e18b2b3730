// What both browser tests use: the browser, what counts as trouble, axe, pictures. Started by run.py.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export const { CHROMIUM, CONSOLE, CHAT, MODULES, PICTURES, STAND_INS, STATE } = process.env;
const { chromium } = createRequire(`${MODULES}/`)('playwright-core');
const axe = readFileSync(`${MODULES}/axe-core/axe.min.js`, 'utf8');
export const base = new URL(CONSOLE).origin;
export const WAIT = { timeout: 60000 };

export const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});

export function watched(page, troubles) {
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('dialog', (dialog) => {
    troubles.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') troubles.push(`a request outside: ${request.url()}`);
  });
  return page;
}

export async function sound(page, name) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const told = result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
  assert.deepEqual(told, [], `axe on ${name}`);
}

export async function picture(page, name) {
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

// The printed address has the token in it; a name is all that is asked for.
export async function signIn(page, name) {
  await page.goto(CONSOLE);
  await page.fill('#name', name);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#fresh', WAIT);
}

// Runs a test, and shows what was on the screens when it failed.
export async function run(test) {
  try {
    await test();
  } catch (error) {
    for (const [place, page] of browser.contexts().flatMap((one) => one.pages()).entries()) {
      console.log(`${page.url()}\n${await page.evaluate(() => document.body?.innerText)}`);
      await picture(page, `failed-${place}`);
    }
    throw error;
  } finally {
    await browser.close();
  }
}
