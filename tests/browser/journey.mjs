// One journey through the console in headless Chromium: a buyer talks in the web chat, the inbox updates by itself, a
// seller opens the chat by keyboard, asks why, goes back in time, answers, approves an order and tries another rule; then
// every page again on a phone. Every page is looked at in light and in dark. Started by run.py.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { base, browser, CHAT, CONSOLE, run, signIn, sound, STAND_INS, STATE, timed, WAIT, watched } from './browser.mjs';

const DESK = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };
const PAGES = { search: '/?q=рюкзаки', orders: '/orders', products: '/products', figures: '/figures', replays: '/replays', experiments: '/experiments', parked: '/parked', settings: '/settings' };

// Waits until an element's text has, or no longer has, what is asked for.
const shows = (page, selector, pattern) => page.waitForFunction(([where, source]) => new RegExp(source).test(document.querySelector(where)?.textContent ?? ''), [selector, pattern.source], WAIT);
const hides = (page, selector, pattern) => page.waitForFunction(([where, source]) => !new RegExp(source).test(document.querySelector(where)?.textContent ?? ''), [selector, pattern.source], WAIT);

// A newcomer finds a past: chats on several days, orders that are decided, and nothing that waits for anybody.
async function past(page) {
  await page.goto(base);
  await page.waitForFunction(() => document.querySelectorAll('a.row').length >= 40, null, WAIT);
  assert.equal(await page.locator('li.waits').count(), 0, 'somebody waits');
  const days = await page.locator('a.row time').evaluateAll((all) => new Set(all.map((one) => one.getAttribute('datetime').slice(0, 10))).size);
  assert.ok(days >= 6, `chats on ${days} days`);
  await page.goto(`${base}/orders`);
  await page.waitForFunction(() => document.querySelectorAll('a.row').length >= 9, null, WAIT);
  assert.equal(await page.locator('li.waits').count(), 0, 'an order waits');
  const told = readFileSync(`${STATE}/torg.log`, 'utf8');
  assert.match(told, /told the demo shop's past week: \d+ chats/);
  assert.doesNotMatch(told, /not possible in the demo/);
  const cards = await (await fetch(`${STAND_INS}/ledger`)).text();
  assert.doesNotMatch(cards, /Решите до|просит позвать/, 'a card about the past');
}

// htmx begins when the page is read: its extension must be there by then, however late it comes.
async function live_however_late_its_script_comes(page) {
  await page.route('**/assets/hx-sse.js', async (route) => {
    await new Promise((resolve) => { setTimeout(resolve, 500); });
    await route.continue();
  });
  await page.goto(base);
  await page.waitForSelector('html.online');
  await page.unroute('**/assets/hx-sse.js');
}

// The keys and their help, in both languages.
async function keys(seller) {
  await seller.goto(base);
  const focused = (selector) => seller.evaluate((wanted) => document.activeElement?.matches(wanted), selector);
  await seller.keyboard.press('Shift+Slash');
  await seller.waitForSelector('#keys[open]');
  assert.match(await seller.textContent('#keys'), /Клавиши.*следующий.*на событие раньше/s);
  assert.ok(await focused('#keys button'), 'the help has the focus');
  await sound(seller, 'keys');
  // What lies under the help does not hear the keys.
  await seller.keyboard.press('j');
  assert.ok(await focused('#keys button'));
  await seller.keyboard.press('Escape');
  await seller.waitForSelector('#keys', { state: 'hidden' });

  await seller.keyboard.press('j');
  await seller.keyboard.press('j');
  assert.ok(await focused('li:nth-child(2) > a.row'), 'J twice: the second row');
  await seller.keyboard.press('k');
  assert.ok(await focused('li:nth-child(1) > a.row'), 'K: the first again');
  await seller.keyboard.press('/');
  assert.ok(await focused('input[type=search]'), '/: the search');
  await seller.keyboard.type('g?');
  assert.equal(await seller.inputValue('input[type=search]'), 'g?', 'in a field letters are letters');
  await seller.keyboard.press('Escape');
  for (const [letter, place] of [['o', '/orders'], ['f', '/figures'], ['i', '/']]) {
    await seller.keyboard.press('g');
    await seller.keyboard.press(letter);
    await seller.waitForURL(base + place);
  }

  // A Russian keyboard: the same keys by their place, and the question mark over the 7.
  const press = (key, code) => seller.evaluate((told) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...told })), { key, code });
  await press('о', 'KeyJ');
  assert.ok(await focused('li:nth-child(1) > a.row'), 'J on a Russian keyboard');
  await seller.click('.me button[lang=en]');
  await seller.waitForSelector('html[lang=en]');
  await press('?', 'Digit7');
  await seller.waitForSelector('#keys[open]');
  assert.match(await seller.textContent('#keys'), /Keyboard.*next.*one event back/s);
  await seller.click('#keys button');
  await seller.click('#keys-open');
  await seller.waitForSelector('#keys[open]');
  await seller.keyboard.press('Escape');
  assert.ok(await focused('#keys-open'), 'the focus goes back to the button');
  await seller.click('.me button[lang=ru]');
  await seller.waitForSelector('html[lang=ru]');
}

// A buyer's questions; the inbox hears of them by itself, the chat tells why and how it was before.
async function chat(seller, buyer, says) {
  await seller.goto(base);
  await seller.focus('input[type=search]');
  await buyer.goto(CHAT);
  await says('Здравствуйте!');
  await shows(seller, '#fresh', /Здравствуйте/);
  assert.equal(await seller.evaluate(() => document.activeElement?.getAttribute('name')), 'q', 'news took the focus');
  await says('Есть городской рюкзак?');
  await shows(seller, '#fresh', /вот первые/);
  await sound(seller, 'inbox');

  await seller.keyboard.press('Escape');
  await seller.keyboard.press('j');
  await seller.keyboard.press('Enter');
  await seller.waitForSelector('#said .bot');
  await sound(seller, 'chat');

  // Why: every number has its row of the sheet. Escape closes it.
  await seller.locator('.bot a.why').last().click();
  await seller.waitForSelector('#why');
  const why = await seller.textContent('#why');
  assert.match(why, /Цена: 2490 ← таблица «Товары», строка \d+ RG-20-RED products@[0-9a-f]+/);
  await sound(seller, 'why');
  await seller.keyboard.press('Escape');
  await seller.waitForSelector('#why', { state: 'detached' });

  // Back in time: the list was not on the screen yet.
  assert.match(await seller.textContent('#panel'), /Список на экране/);
  await seller.locator('#slider').focus();
  await seller.keyboard.press('Home');
  await hides(seller, '#panel', /Список на экране/);
  assert.ok((await seller.locator('#said .later').count()) > 0);
  await seller.keyboard.press(']');
  await shows(seller, '#moment', /Событие 2 из/);
  await sound(seller, 'past');
  await seller.click('#to-now');
  await shows(seller, '#panel', /Список на экране/);

  // The buyer asks for a person; the page hears of it while the seller types.
  await seller.fill('#reply', 'Здравствуйте! Отложу до вечера.');
  await says('Позовите продавца');
  await shows(seller, '#panel', /Бот ждёт вас/);
  assert.equal(await seller.inputValue('#reply'), 'Здравствуйте! Отложу до вечера.', 'what is being typed stays');
  await sound(seller, 'waits');
  await seller.keyboard.press('Control+Enter');
  await shows(seller, 'p.told', /Ответ отправляется/);
  await shows(buyer, 'body', /Отложу до вечера/);
  await seller.click('button[value=give_back]');
  await shows(seller, '#told', /Чат снова у бота/);
}

// A whole order: the cart fills up, the slider shows it as it was, the seller says yes, the buyer hears of it.
async function order(seller, buyer, says) {
  const heard = (pattern) => buyer.waitForFunction((source) => {
    const said = document.body.innerText.split('\n').slice(-14).join('\n');
    return new RegExp(source, 'i').test(said);
  }, pattern, WAIT);
  await says('термокружка есть?');
  await heard('990');
  await says('добавьте 2 штуки');
  await heard('1 980|1.980');
  await says('добавьте одну бутылку для воды');
  await heard('2 470|2.470');
  await seller.goto(base);
  await seller.click('a.row >> nth=0');
  const bottle = /Бутылка для воды 0.7 л чёрная × 1/;
  await shows(seller, '#panel', bottle);
  const now = await seller.textContent('#panel');
  assert.match(now, /Термокружка «Дорога» 0.4 л чёрная × 2/);
  // Back, step by step, until the bottle is not in the cart: the cup still is.
  await seller.locator('#slider').focus();
  for (let steps = 0; steps < 40 && bottle.test(await seller.textContent('#panel')); steps += 1) {
    const before = await seller.textContent('#moment');
    await seller.keyboard.press('[');
    await seller.waitForFunction((was) => document.querySelector('#moment').textContent !== was, before, WAIT);
  }
  assert.match(await seller.textContent('#panel'), /Термокружка «Дорога» 0.4 л чёрная × 2/, 'the old cart');
  assert.doesNotMatch(await seller.textContent('#panel'), bottle);
  const then = seller.url();
  await sound(seller, 'old-cart');
  await seller.locator('#said li:not(.later) a.why').last().click();
  await seller.waitForSelector('#why');
  await sound(seller, 'conversation');

  await says('оформляем');
  for (const [asked, words] of [['город', 'Москва'], ['адрес', 'Тверская 10, кв. 4'], ['имя', 'Пётр Примеров'], ['телефон', '8 903 000-11-22'], ['верно', 'да']]) {
    await heard(asked);
    await says(words);
  }
  await heard('принят');
  await seller.goto(`${base}/orders?stage=waiting`);
  await shows(seller, '#fresh', /Пётр Примеров|Покупатель/);
  await sound(seller, 'orders-waiting');
  await seller.keyboard.press('j');
  await seller.keyboard.press('Enter');
  await seller.waitForSelector('button[value=approve]');
  await sound(seller, 'order-waiting');
  await seller.click('button[value=approve]');
  await shows(seller, '#told', /Заказ подтверждён/);
  await heard('подтверждён');
  await seller.waitForSelector('a[href^="/invoices/"]');
  const pdf = await seller.request.get(base + await seller.getAttribute('a[href^="/invoices/"]', 'href'));
  assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-');
  await seller.fill('#tracking', 'RA123456785RU');
  await seller.click('button[value=shipped]');
  await heard('RA123456785RU');
  await sound(seller, 'order');
  return { conversation: then, order: seller.url() };
}

// The report's own page runs nothing, axe neither: what it holds is looked at on an empty page.
async function open(page, place) {
  if (!place.endsWith('/report')) return page.goto(place);
  const report = await (await page.request.get(place)).text();
  await page.goto('about:blank');
  return page.setContent(report);
}

// What would have been said with another threshold, read in the report.
async function whatIf(seller) {
  await seller.goto(`${base}/replays`);
  await seller.fill('#name', 'Порог 0,99');
  await seller.fill('#confidence', '0,99');
  await seller.click('.fields button.strong');
  await seller.waitForSelector('iframe.report');
  await seller.frameLocator('iframe.report').locator('h1').waitFor();
  assert.match(await seller.textContent('.sums'), /Иначе/);
  await sound(seller, 'replay');
  const replay = seller.url();
  // From the frame, which may do nothing else, to a conversation; the session goes along.
  await seller.frameLocator('iframe.report').locator('article a').first().click();
  await seller.waitForURL(/\/c\//);
  await seller.waitForSelector('#said .buyer');
  await open(seller, `${replay}/report`);
  assert.ok(await seller.locator('article .lane').count() >= 3, 'a changed turn, in three lanes');
  await sound(seller, 'report');
  return { replay, report: `${replay}/report` };
}

// Every page again, as wide as a phone, for somebody with a long name.
async function phone(places, troubles) {
  const page = watched(await (await browser.newContext({ viewport: PHONE, locale: 'ru-RU' })).newPage(), troubles);
  await page.goto(CONSOLE);
  await sound(page, 'phone-sign-in');
  await signIn(page, 'Анна-Мария Константинопольская-Заречная');
  await sound(page, 'phone-inbox');
  for (const [name, place] of Object.entries(places)) {
    await open(page, place);
    await sound(page, `phone-${name}`);
  }
  await page.context().close();
}

await run(async () => {
  const troubles = [];
  const seller = watched(await (await browser.newContext({ viewport: DESK, locale: 'ru-RU' })).newPage(), troubles);
  const buyer = watched(await (await browser.newContext({ locale: 'ru-RU' })).newPage(), troubles);
  const says = async (words) => {
    await buyer.fill('textarea, input[type=text]', words);
    await buyer.keyboard.press('Enter');
  };

  await seller.goto(CONSOLE);
  await sound(seller, 'sign-in');
  assert.ok(!seller.url().includes('token'), 'the token does not stay in the address');
  await signIn(seller, 'Анна');

  await timed('a past', () => past(seller));
  await timed('live', () => live_however_late_its_script_comes(seller));
  await timed('keys', () => keys(seller));
  await timed('a chat', () => chat(seller, buyer, says));
  const bought = await timed('an order', () => order(seller, buyer, says));
  const tried = await timed('a what-if', () => whatIf(seller));
  const places = { ...bought, ...tried };
  for (const [name, path] of Object.entries(PAGES)) places[name] = base + path;
  await timed('every page', async () => {
    for (const name of Object.keys(PAGES)) {
      await seller.goto(places[name]);
      if (name === 'figures') assert.equal(await seller.locator('.chart .u-over').count(), 4, 'four charts');
      await sound(seller, name);
    }
  });
  await timed('on a phone', () => phone(places, troubles));
  assert.deepEqual(troubles, [], 'troubles in the browser');
  console.log('the journey went well, light, dark and on a phone; axe found nothing');
});
