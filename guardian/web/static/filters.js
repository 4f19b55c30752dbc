// Switches act without leaving the place on the page, and services are found while one types.
// Without script each switch is a button of a form, and the search a form of its own.
"use strict";

const WAIT_MS = 150;

const told = document.createElement("p");
told.className = "unseen";
told.setAttribute("role", "status");
document.body.append(told);

async function read(address, options) {
  const response = await fetch(address, { cache: "no-store", ...options });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { response, page };
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-switches]") || !event.submitter) {
    return;
  }
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const focused = event.submitter.id;
  try {
    const { response, page } = await read(form.action, { method: "POST", body });
    const fresh = page.getElementById("main");
    if (!response.ok || !page.querySelector("[data-switches]")) {
      throw new Error(response.statusText);
    }
    for (const opened of document.querySelectorAll("main details[open]")) {
      fresh.querySelector(`#${CSS.escape(opened.id)}`)?.setAttribute("open", "");
    }
    document.getElementById("main").replaceChildren(...fresh.childNodes);
    const after = document.getElementById(focused) ?? document.getElementById("kinds");
    after?.focus({ preventScroll: true });
    told.textContent = document.querySelector(".said p")?.textContent ?? "";
  } catch {
    form.removeAttribute("data-switches"); // the plain way shows what is the matter
    form.requestSubmit(event.submitter);
  }
});

let waiting = 0;
let asked = 0;

async function find(box) {
  const mine = ++asked;
  const address = new URL(box.form.action);
  address.search = new URLSearchParams({ find: box.value });
  const { response, page } = await read(address);
  const found = page.getElementById("found");
  if (mine === asked && response.ok && found) {
    document.getElementById("found").replaceChildren(...found.childNodes);
    told.textContent = document.getElementById("count")?.textContent ?? "";
    history.replaceState(null, "", box.value ? address : address.pathname);
  }
}

document.addEventListener("input", (event) => {
  if (event.target.id === "find") {
    clearTimeout(waiting);
    waiting = setTimeout(find, WAIT_MS, event.target);
  }
});
