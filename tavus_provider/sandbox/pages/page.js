"use strict";
// The server renders everything. This keeps the parts with data-live as they are there, and sends forms as JSON.

const PAUSE = 1000; // milliseconds
const message = document.getElementById("message");

async function update() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const current = fresh.getElementById(part.id);
    if (current.innerHTML !== part.fresh) replace(part, current.innerHTML);
  }
}

// Whoever types or moves by keyboard keeps the text and the focus.
function replace(part, html) {
  const focused = document.activeElement.id;
  const typed = [...part.querySelectorAll("input")].map((input) => [input.id, input.value]);
  part.fresh = part.innerHTML = html;
  for (const [id, value] of typed) document.getElementById(id).value = value;
  showCaptions(!document.body.classList.contains("without-captions"));
  if (focused && document.activeElement.id !== focused) document.getElementById(focused)?.focus();
}

function showCaptions(shown) {
  document.body.classList.toggle("without-captions", !shown);
  document.getElementById("captions")?.setAttribute("aria-pressed", shown);
}

async function send(form) {
  const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  const { action, method = "POST", body } = form.dataset;
  const answer = await fetch(action, {
    method,
    headers: { "content-type": "application/json" },
    body: method === "DELETE" ? undefined : body || JSON.stringify(given),
  });
  const told = answer.ok ? {} : await answer.json();
  message.textContent = answer.ok ? "" : told.message || told.error;
  await update();
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});
document.addEventListener("click", (event) => {
  if (event.target.id === "captions") showCaptions(document.body.classList.contains("without-captions"));
});

async function keepCurrent() {
  try {
    await update();
  } catch {
    message.textContent = "The local Tavus does not answer: it was stopped. What the page shows is from before.";
  }
  setTimeout(keepCurrent, PAUSE);
}
for (const part of document.querySelectorAll("[data-live]")) part.fresh = part.innerHTML;
setTimeout(keepCurrent, PAUSE);
