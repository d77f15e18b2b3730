// One journey through the console in headless Chromium: a buyer talks in the web chat, the inbox updates by itself, a
// seller opens the chat, asks why, goes back in time, and answers; and no page has a serious fault that axe finds.
// Started by run.py.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { CHROMIUM, CONSOLE, CHAT, MODULES, PICTURES } = process.env;
const { chromium } = createRequire(`${MODULES}/`)('playwright-core');
const axe = readFileSync(`${MODULES}/axe-core/axe.min.js`, 'utf8');
const base = new URL(CONSOLE).origin;
const WAIT = { timeout: 20000 };

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});

function watched(page, troubles) {
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

async function sound(page, name) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const told = result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
  assert.deepEqual(told, [], `axe on ${name}`);
}

async function picture(page, name) {
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

async function journey(scheme, viewport) {
  const troubles = [];
  const seller = watched(await (await browser.newContext({ colorScheme: scheme, viewport, locale: 'ru-RU' })).newPage(), troubles);
  const buyer = watched(await (await browser.newContext({ locale: 'ru-RU' })).newPage(), troubles);
  const says = async (words) => {
    await buyer.fill('textarea, input[type=text]', words);
    await buyer.keyboard.press('Enter');
  };

  // The printed address has the token in it; a name is all that is asked for.
  await seller.goto(CONSOLE);
  await sound(seller, 'the door');
  assert.ok(!seller.url().includes('token'), 'the token does not stay in the address');
  await seller.fill('#name', 'Анна');
  await seller.keyboard.press('Enter');
  await seller.waitForSelector('#fresh', WAIT);

  // The inbox hears of the buyer by itself, and keeps the focus where it is.
  await seller.focus('input[type=search]');
  await buyer.goto(CHAT);
  await says('Здравствуйте!');
  await seller.waitForFunction(() => /Здравствуйте/.test(document.querySelector('#fresh')?.textContent ?? ''), null, WAIT);
  assert.equal(await seller.evaluate(() => document.activeElement?.getAttribute('name')), 'q', 'news took the focus');
  await says('Есть городской рюкзак?');
  await seller.waitForFunction(() => /вот первые/.test(document.querySelector('#fresh')?.textContent ?? ''), null, WAIT);
  await sound(seller, 'the inbox');
  await picture(seller, `inbox-${scheme}`);

  // By keyboard into the chat.
  await seller.keyboard.press('Escape');
  await seller.keyboard.press('j');
  await seller.keyboard.press('Enter');
  await seller.waitForSelector('#said .bot', WAIT);
  await sound(seller, 'the chat');
  await picture(seller, `chat-${scheme}`);

  // Why: every number has its row of the sheet.
  await seller.locator('.bot a.why').last().click();
  await seller.waitForSelector('#why', WAIT);
  const why = await seller.textContent('#why');
  assert.match(why, /product\.price = 2490/);
  assert.match(why, /products\.csv@[0-9a-f]+ row \d+/);
  await sound(seller, 'why');
  await picture(seller, `why-${scheme}`);
  await seller.locator('#why .close').click();
  await seller.waitForSelector('#why', { state: 'detached', ...WAIT });

  // Back in time: the list was not on the screen yet.
  assert.match(await seller.textContent('#panel'), /Список на экране/);
  await seller.locator('#slider').focus();
  await seller.keyboard.press('Home');
  await seller.waitForFunction(() => !/Список на экране/.test(document.querySelector('#panel').textContent), null, WAIT);
  assert.ok((await seller.locator('#said .later').count()) > 0);
  await seller.keyboard.press(']');
  await seller.waitForFunction(() => /Событие 2 из/.test(document.querySelector('#moment').textContent), null, WAIT);
  await sound(seller, 'the past');
  await picture(seller, `past-${scheme}`);
  await seller.click('#to-now');
  await seller.waitForFunction(() => /Список на экране/.test(document.querySelector('#panel').textContent), null, WAIT);

  // The buyer asks for a person; the page hears of it while the seller types.
  await seller.fill('#reply', 'Здравствуйте! Отложу до вечера.');
  await says('Позовите продавца');
  await seller.waitForFunction(() => /Бот ждёт вас/.test(document.querySelector('#panel').textContent), null, WAIT);
  assert.equal(await seller.inputValue('#reply'), 'Здравствуйте! Отложу до вечера.', 'what is being typed stays');
  await picture(seller, `waits-${scheme}`);
  await seller.keyboard.press('Control+Enter');
  await seller.waitForSelector('p.told', WAIT);
  assert.match(await seller.textContent('p.told'), /Ответ отправляется/);
  await buyer.waitForFunction(() => /Отложу до вечера/.test(document.body.textContent), null, WAIT);
  await seller.click('button[value=give_back]');
  await seller.waitForFunction(() => /Чат снова у бота/.test(document.querySelector('#told').textContent), null, WAIT);

  for (const [name, path] of [['search', '/?q=рюкзаки'], ['products', '/products'], ['figures', '/figures'], ['parked', '/parked'], ['settings', '/settings']]) {
    await seller.goto(base + path);
    await sound(seller, name);
    await picture(seller, `${name}-${scheme}`);
  }
  assert.deepEqual(troubles, [], 'troubles in the browser');
  await buyer.context().close();
  await seller.context().close();
}

try {
  await journey('light', { width: 1280, height: 860 });
  await journey('dark', { width: 1280, height: 860 });
  console.log('the journey went well, light and dark; axe found nothing');
} catch (error) {
  // What was on the screens when it failed.
  for (const [place, page] of browser.contexts().flatMap((one) => one.pages()).entries()) {
    console.log(`${page.url()}\n${await page.evaluate(() => document.body.innerText)}`);
    await picture(page, `failed-${place}`);
  }
  throw error;
} finally {
  await browser.close();
}
