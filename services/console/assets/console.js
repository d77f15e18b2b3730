// What the pages do beyond links and forms; each of them works without it.

const byId = (id) => document.getElementById(id);

// The door: the token stands behind the # of the printed address, where no server and no log sees it.
const token = byId('token');
if (token) {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    token.value = given;
    history.replaceState(null, '', location.pathname + location.search);
    byId('name').focus();
  } else {
    token.focus();
  }
}

const slider = () => byId('slider');

// Draws parts of this page anew from the same address, keeping focus, scroll and what is being typed.
let drawing = false;
let again = false;
async function draw(ids, address = location.href) {
  if (drawing) {
    again = true;
    return;
  }
  drawing = true;
  try {
    const answer = await fetch(address, { headers: { 'HX-Request': 'true', Accept: 'text/html' }, signal: AbortSignal.timeout(15000) });
    if (answer.status === 401) {
      location.reload();
      return;
    }
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const log = byId('said');
    const atEnd = log && log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    for (const id of ids) {
      const [old, fresh] = [byId(id), page.getElementById(id)];
      // Not waited for: the next draw must not depend on when the library calls this one settled.
      if (old && fresh) window.htmx.swap({ target: old, text: fresh.outerHTML, swap: 'outerMorph' });
    }
    // The slider itself is in somebody's hand.
    const [range, fresh] = [slider(), page.getElementById('slider')];
    if (range && fresh) {
      range.max = fresh.max;
      if (document.activeElement !== range) range.value = fresh.value;
    }
    if (isPast()) lastSaid()?.scrollIntoView({ block: 'nearest' });
    else if (atEnd) byId('said').scrollTop = byId('said').scrollHeight;
  } catch (error) {
    // The server is away for a moment: the next news, or the stream that comes back, asks again.
    console.debug(error);
  } finally {
    drawing = false;
    if (again) {
      again = false;
      draw(ids, location.href);
    }
  }
}

const CHAT = ['said', 'panel', 'time', 'head', 'fields', 'told'];
// The last line that had been said at the moment that is shown.
const lastSaid = () => [...document.querySelectorAll('#said > li:not(.later)')].at(-1);
const isPast = () => byId('said')?.hasAttribute('data-past');

byId('live')?.addEventListener('news', () => {
  // A form that somebody has opened is not drawn over.
  if (byId('fresh')?.querySelector('details[open]')) return;
  if (byId('fresh')) draw(['fresh']);
  // Who looks at the past is not pulled out of it.
  else if (byId('said') && !isPast()) draw(CHAT);
});
document.addEventListener('htmx:sse:after:connection', () => document.documentElement.classList.add('online'));
document.addEventListener('htmx:sse:error', () => document.documentElement.classList.remove('online'));

// What runs is looked at again until it is over.
if (document.querySelector('#fresh[data-running]')) {
  const look = setInterval(() => {
    if (byId('fresh').hasAttribute('data-running')) draw(['fresh']);
    else clearInterval(look);
  }, 1000);
}

// Time travel: the server folds, the page only says how far.
let pause;
function go(step) {
  const range = slider();
  const most = Number(range.max);
  range.value = String(Math.min(Math.max(step, 1), most));
  clearTimeout(pause);
  pause = setTimeout(() => {
    const here = new URL(location.href);
    if (Number(range.value) === most) here.searchParams.delete('step');
    else here.searchParams.set('step', range.value);
    here.searchParams.delete('asked');
    history.replaceState(null, '', here);
    draw(CHAT);
  }, 60);
}
document.addEventListener('input', (event) => {
  if (event.target.id === 'slider') go(Number(event.target.value));
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('#earlier, #later, #to-now');
  if (!button || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const now = Number(slider().value);
  go(button.id === 'earlier' ? now - 1 : button.id === 'later' ? now + 1 : Number(slider().max));
});

// The transcript begins at its end, or at the moment that is shown, unless the address names one of its lines.
const said = byId('said');
if (said && !said.contains(byId(location.hash.slice(1)))) {
  if (isPast()) lastSaid()?.scrollIntoView({ block: 'nearest' });
  else said.scrollTop = said.scrollHeight;
}

// A form is sent once, also by a double click; the server would do it once anyway.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  else if (form.method === 'post') form.dataset.sent = 'yes';
});
window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach((form) => delete form.dataset.sent));
document.addEventListener('change', (event) => {
  if (event.target.matches('.search select, select.go')) event.target.form.requestSubmit();
});

// The help of the keys; its button is of no use without a script.
const help = byId('keys');
const opener = byId('keys-open');
if (opener) {
  opener.hidden = false;
  opener.addEventListener('click', () => help.showModal());
}

// G and then a letter: the section. How long the letter is waited for, in milliseconds.
const SECTIONS = { KeyI: '/', KeyO: '/orders', KeyF: '/figures' };
const CHORD = 1500;
let chordUntil = 0;

// Keys by where they are, so that a Russian keyboard has them as well; signs by what they are, wherever they are.
document.addEventListener('keydown', (event) => {
  if (help?.open) return;
  const typing = event.target.matches('textarea, select, input:not([type=range])');
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.id === 'reply') {
    event.target.form.requestSubmit();
    return;
  }
  if (event.key === 'Escape') {
    if (typing) event.target.blur();
    else document.querySelector('#why .close')?.click();
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '?') {
    help?.showModal();
    return;
  }
  const section = event.timeStamp < chordUntil && SECTIONS[event.code];
  chordUntil = event.code === 'KeyG' ? event.timeStamp + CHORD : 0;
  if (section) {
    document.querySelector(`.top nav a[href="${section}"]`)?.click();
    return;
  }
  const rows = [...document.querySelectorAll('a.row')];
  const here = rows.indexOf(document.activeElement);
  switch (event.code) {
    case 'KeyJ':
      rows[Math.min(here + 1, rows.length - 1)]?.focus();
      break;
    case 'KeyK':
      rows[Math.max(here - 1, 0)]?.focus();
      break;
    case 'BracketLeft':
      if (slider()) go(Number(slider().value) - 1);
      break;
    case 'BracketRight':
      if (slider()) go(Number(slider().value) + 1);
      break;
    case 'Slash': {
      const search = document.querySelector('input[type=search]');
      if (search) {
        event.preventDefault();
        search.focus();
      }
      break;
    }
    case 'KeyR':
      if (byId('reply')) {
        event.preventDefault();
        byId('reply').focus();
      }
      break;
    default:
  }
});
