// The chat page: posts what is written, shows what the stream tells. Whatever a person wrote is set as text.
"use strict";
const shop = document.body.dataset.shop;
const log = document.getElementById("log");
const form = document.getElementById("write");
const field = document.getElementById("text");
const button = form.querySelector("button");
const waiting = new Map();
const shown = new Set();
let typing = null;

const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

function bubble(from, text, time) {
  document.getElementById("empty")?.remove();
  const message = document.createElement("div");
  message.className = `message ${from}`;
  if (from === "seller") {
    const name = document.createElement("span");
    name.className = "from";
    name.textContent = document.body.dataset.seller;
    message.append(name);
  }
  const words = document.createElement("span");
  words.textContent = text;
  const when = document.createElement("time");
  when.dateTime = time.toISOString();
  when.textContent = clock.format(time);
  message.append(words, when);
  log.append(message);
  log.scrollTop = log.scrollHeight;
  return message;
}

function showTyping(on) {
  typing?.remove();
  typing = null;
  if (on) {
    typing = document.createElement("div");
    typing.className = "typing";
    typing.setAttribute("aria-hidden", "true");
    typing.append(...[0, 1, 2].map(() => document.createElement("i")));
    log.append(typing);
    log.scrollTop = log.scrollHeight;
  }
}

function told({ data }) {
  const event = JSON.parse(data);
  if (event.from === "typing") return showTyping(true);
  if (shown.has(event.id)) return;
  shown.add(event.id);
  showTyping(false);
  const own = waiting.get(event.id);
  if (own) {
    own.classList.remove("sending");
    waiting.delete(event.id);
    return;
  }
  bubble(event.from, event.text, new Date(event.time));
}

async function send(text, id, message) {
  message.className = "message buyer sending";
  try {
    const answer = await fetch(`/chat/${shop}/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text, id }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const { event_id: event } = await answer.json();
    if (shown.has(event)) message.remove();
    else waiting.set(event, message);
    setTimeout(() => message.classList.remove("sending"), 1500);
  } catch {
    message.className = "message buyer failed";
    message.title = document.body.dataset.failed;
    message.onclick = () => { message.onclick = null; message.title = ""; send(text, id, message); };
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  fit();
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  send(text, id, bubble("buyer", text, new Date()));
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

function fit() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
  button.disabled = !field.value.trim();
}
field.addEventListener("input", fit);
fit();

const stream = new EventSource(`/chat/${shop}/stream`);
stream.onmessage = told;
stream.onopen = () => { document.getElementById("offline").hidden = true; document.getElementById("dot").classList.remove("away"); };
stream.onerror = () => { document.getElementById("offline").hidden = false; document.getElementById("dot").classList.add("away"); };
field.focus();
