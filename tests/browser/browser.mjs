// What both browser tests use: the browser, what counts as trouble, axe, pictures. Started by run.py.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export const { CHROMIUM, CONSOLE, CHAT, MODULES, PICTURES, STAND_INS, STATE } = process.env;
const { chromium } = createRequire(`${MODULES}/`)('playwright-core');
const axe = readFileSync(`${MODULES}/axe-core/axe.min.js`, 'utf8');
export const base = new URL(CONSOLE).origin;
export const WAIT = { timeout: 60000 };
const SCHEMES = ['light', 'dark'];

export const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});

export function watched(page, troubles) {
  page.setDefaultTimeout(WAIT.timeout);
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

// A page as it is now, in light and in dark: axe finds nothing of any weight, nothing scrolls sideways but tables in their
// own containers, and a picture is kept of it.
export async function sound(page, name) {
  for (const scheme of SCHEMES) {
    await page.emulateMedia({ colorScheme: scheme });
    if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
    // A frame that runs no script never answers axe: what is shown in one is looked at as a page of its own.
    const violations = await page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'], iframes: false });
      return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
    });
    await page.screenshot({ path: `${PICTURES}/${name}-${scheme}.png` });
    assert.deepEqual(violations, [], `axe on ${name}, ${scheme}`);
  }
  await page.emulateMedia({ colorScheme: SCHEMES[0] });
  const { wide, most, loose } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    most: window.innerWidth,
    loose: [...document.querySelectorAll('table')].filter((table) => !table.closest('.scroll, .uplot')).length,
  }));
  assert.ok(wide <= most, `${name} scrolls sideways: ${wide} > ${most}`);
  assert.equal(loose, 0, `${name} has tables that cannot scroll by themselves`);
}

// The printed address has the token in it; a name is all that is asked for.
export async function signIn(page, name) {
  await page.goto(CONSOLE);
  await page.fill('#name', name);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#fresh');
}

// How long a part of a test took.
export async function timed(name, part) {
  const start = performance.now();
  const came = await part();
  console.log(`  ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return came;
}

// Runs a test, and shows what was on the screens when it failed.
export async function run(test) {
  try {
    await test();
  } catch (error) {
    for (const [place, page] of browser.contexts().flatMap((one) => one.pages()).entries()) {
      console.log(`${page.url()}\n${await page.evaluate(() => document.body?.innerText)}`);
      await page.screenshot({ path: `${PICTURES}/failed-${place}.png` });
    }
    throw error;
  } finally {
    await browser.close();
  }
}
