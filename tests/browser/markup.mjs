// Markup in every place that people outside write into: names, messages, articles of the sheet. No page may take it for
// more than text: no dialog, no request elsewhere, no complaint of the browser about a script.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

import { base, browser, run, signIn, STAND_INS, STATE, timed, WAIT, watched } from './browser.mjs';
import { PAYLOADS } from './payloads.mjs';

const BOT = 123456;
const AT_ONCE = 10;
// Each page holds a stream of news, and a browser opens at most six connections to one host.
const TABS = 3;

// Every payload is a buyer's name and that buyer's first message.
async function write() {
  for (let from = 0; from < PAYLOADS.length; from += AT_ONCE) {
    await Promise.all(PAYLOADS.slice(from, from + AT_ONCE).map(async (text, at) => {
      const answer = await fetch(`${STAND_INS}/sim/telegram/${BOT}/chats/${700000 + from + at}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text, name: text.slice(0, 120) }),
      });
      assert.ok(answer.ok, `${answer.status} for ${text}`);
    }));
  }
}

// Every payload is the name of an article, of a category and of a description.
function sheet() {
  const path = `${STATE}/demo/ryukzaki/products.csv`;
  const cell = (text) => `"${text.replaceAll('"', '""')}"`;
  const rows = PAYLOADS.map((text, at) => [`XSS-${at}`, `${text} ${at}`, text.slice(0, 60), '3', '100', '', '', text].map(cell).join(','));
  writeFileSync(`${path}.new`, `${readFileSync(path, 'utf8').trimEnd()}\n${rows.join('\n')}\n`);
  renameSync(`${path}.new`, path);
}

// Every chat is opened; each fifth is explained, too: reasons and facts quote what was written.
async function open(page, chats) {
  for (let at = chats.next(); !at.done; at = chats.next()) {
    const [place, chat] = at.value;
    await page.goto(base + chat);
    const why = page.locator('a.why').last();
    if (place % 5 === 0 && await why.count()) {
      await why.click();
      await page.waitForSelector('#why');
    }
  }
}

await run(async () => {
  const troubles = [];
  const context = await browser.newContext({ locale: 'ru-RU' });
  const tabs = await Promise.all(Array.from({ length: TABS }, async () => watched(await context.newPage(), troubles)));
  const [page] = tabs;
  sheet();
  await signIn(page, 'Анна');
  await timed('articles', async () => {
    await write();
    await page.goto(`${base}/products`);
    await page.waitForFunction(() => document.body.textContent.includes('XSS-149'), null, WAIT);
  });
  const names = await page.evaluate(() => document.body.textContent);
  for (const text of PAYLOADS) assert.ok(names.includes(text.trim().slice(0, 20)), `not shown as it is: ${text}`);
  const chats = await timed('names and messages', async () => {
    await page.goto(`${base}/?channel=telegram`);
    await page.waitForFunction((count) => document.querySelectorAll('a.row').length >= count, PAYLOADS.length, { timeout: 120000 });
    const chats = await page.evaluate(() => [...document.querySelectorAll('a.row')].map((row) => row.getAttribute('href')));
    const left = chats.entries();
    await Promise.all(tabs.map((tab) => open(tab, left)));
    return chats;
  });
  const places = ['/', '/orders', '/products', '/figures', '/replays', '/experiments', '/parked', '/settings', `/?q=${encodeURIComponent(PAYLOADS[1])}`, `/orders?q=${encodeURIComponent(PAYLOADS[31])}`];
  for (const place of places) await page.goto(base + place);
  // The list is redrawn by a script, too: what arrives while it is open goes the same way.
  await page.goto(base);
  await write();
  await page.waitForTimeout(2000);
  assert.deepEqual(troubles, [], 'troubles in the browser');
  console.log(`${PAYLOADS.length} pieces of markup as names, messages and articles on ${chats.length + places.length} pages: none was more than text`);
});
