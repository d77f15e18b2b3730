// One journey through the console in headless Chromium: a buyer talks in the web chat, the inbox updates by itself, a
// seller opens the chat, asks why, goes back in time, and answers; and no page has a serious fault that axe finds.
// Started by run.py.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { base, browser, CHAT, CONSOLE, picture, run, signIn, sound, STAND_INS, STATE, WAIT, watched } from './browser.mjs';

// A whole order: the cart fills up, the slider shows it as it was, the seller says yes, the buyer hears of it.
async function order(seller, buyer, says, scheme) {
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
  await seller.waitForFunction(() => /Бутылка для воды 0.7 л чёрная × 1/.test(document.querySelector('#panel')?.textContent ?? ''), null, WAIT);
  const now = await seller.textContent('#panel');
  assert.match(now, /Термокружка «Дорога» 0.4 л чёрная × 2/);
  // Back, step by step, until the bottle is not in the cart: the cup still is.
  await seller.locator('#slider').focus();
  for (let steps = 0; steps < 40 && /Бутылка для воды 0.7 л чёрная × 1/.test(await seller.textContent('#panel')); steps += 1) {
    const before = await seller.textContent('#moment');
    await seller.keyboard.press('[');
    await seller.waitForFunction((was) => document.querySelector('#moment').textContent !== was, before, WAIT);
  }
  assert.match(await seller.textContent('#panel'), /Термокружка «Дорога» 0.4 л чёрная × 2/, 'the old cart');
  assert.doesNotMatch(await seller.textContent('#panel'), /Бутылка для воды 0.7 л чёрная × 1/);
  await sound(seller, 'the old cart');
  await picture(seller, `old-cart-${scheme}`);

  await says('оформляем');
  for (const [asked, words] of [['город', 'Москва'], ['адрес', 'Тверская 10, кв. 4'], ['имя', 'Пётр Примеров'], ['телефон', '8 903 000-11-22'], ['верно', 'да']]) {
    await heard(asked);
    await says(words);
  }
  await heard('принят');
  await seller.goto(`${base}/orders?stage=waiting`);
  await seller.waitForFunction(() => /Пётр Примеров|Покупатель/.test(document.querySelector('#fresh')?.textContent ?? ''), null, WAIT);
  await sound(seller, 'the orders that wait');
  await picture(seller, `orders-waiting-${scheme}`);
  await seller.keyboard.press('j');
  await seller.keyboard.press('Enter');
  await seller.waitForSelector('button[value=approve]', WAIT);
  await sound(seller, 'an order');
  await picture(seller, `order-${scheme}`);
  await seller.click('button[value=approve]');
  await seller.waitForFunction(() => /Заказ подтверждён/.test(document.querySelector('#told')?.textContent ?? ''), null, WAIT);
  await heard('подтверждён');
  await seller.waitForSelector('a[href^="/invoices/"]', WAIT);
  const pdf = await seller.request.get(base + await seller.getAttribute('a[href^="/invoices/"]', 'href'));
  assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-');
  await seller.fill('#tracking', 'RA123456785RU');
  await seller.click('button[value=shipped]');
  await heard('RA123456785RU');
}

// What would have been said with another threshold, read in the report.
async function whatIf(seller, scheme) {
  await seller.goto(`${base}/replays`);
  await sound(seller, 'the what-ifs');
  await seller.fill('#name', 'Порог 0,99');
  await seller.fill('#confidence', '0,99');
  await seller.click('.fields button.strong');
  await seller.waitForSelector('iframe.report', { timeout: 60000 });
  const report = seller.frameLocator('iframe.report');
  await report.locator('body').waitFor(WAIT);
  assert.match(await seller.textContent('.sums'), /Иначе/);
  await sound(seller, 'a report');
  await picture(seller, `replay-${scheme}`);
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

  await order(seller, buyer, says, scheme);
  await whatIf(seller, scheme);

  for (const [name, path] of [['search', '/?q=рюкзаки'], ['orders', '/orders'], ['products', '/products'], ['figures', '/figures'], ['experiments', '/experiments'], ['parked', '/parked'], ['settings', '/settings']]) {
    await seller.goto(base + path);
    if (name === 'figures') assert.equal(await seller.locator('.chart .u-over').count(), 4, 'four charts');
    await sound(seller, name);
    await picture(seller, `${name}-${scheme}`);
  }
  assert.deepEqual(troubles, [], 'troubles in the browser');
  await buyer.context().close();
  await seller.context().close();
}

// A newcomer finds a past: chats on several days, orders that are decided, and nothing that waits for anybody.
async function past() {
  const troubles = [];
  const page = watched(await (await browser.newContext({ locale: 'ru-RU' })).newPage(), troubles);
  await signIn(page, 'Анна');
  await page.waitForFunction(() => document.querySelectorAll('a.row').length >= 40, null, WAIT);
  assert.equal(await page.locator('li.waits').count(), 0, 'somebody waits');
  const days = await page.locator('a.row time').evaluateAll((all) => new Set(all.map((one) => one.getAttribute('datetime').slice(0, 10))).size);
  assert.ok(days >= 6, `chats on ${days} days`);
  await page.goto(`${base}/orders`);
  await page.waitForFunction(() => document.querySelectorAll('a.row').length >= 9, null, WAIT);
  assert.equal(await page.locator('li.waits').count(), 0, 'an order waits');
  await sound(page, 'orders of the past');
  const told = readFileSync(`${STATE}/torg.log`, 'utf8');
  assert.match(told, /told the demo shop's past week: \d+ chats/);
  assert.doesNotMatch(told, /not possible in the demo/);
  const cards = await (await fetch(`${STAND_INS}/ledger`)).text();
  assert.doesNotMatch(cards, /Решите до|просит позвать/, 'a card about the past');
  assert.deepEqual(troubles, []);
  await page.context().close();
}

await run(async () => {
  await past();
  await journey('light', { width: 1280, height: 860 });
  await journey('dark', { width: 1280, height: 860 });
  console.log('the journey went well, light and dark; axe found nothing');
});
