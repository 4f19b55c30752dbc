// Renews the living parts of a page (#live, and what is marked data-live) as soon as something
// changes, and once a minute. Without script the page is whole all the same: it then shows the
// moment at which it was opened.
"use strict";

const SECONDS = 60;

async function renew() {
  const live = document.getElementById("live");
  const inUse = live.querySelector(":focus-within, :focus") || !getSelection().isCollapsed;
  if (document.hidden || inUse) {
    return;
  }
  try {
    const response = await fetch(location.href, { cache: "no-store", headers: { "X-Renew": "1" } });
    if (!response.ok || response.redirected) {
      throw new Error(response.statusText);
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("live");
    if (!fresh) { // it is another page now
      location.reload();
      return;
    }
    for (const opened of live.querySelectorAll("details[open]")) {
      fresh.querySelector(`#${CSS.escape(opened.id)}`)?.setAttribute("open", "");
    }
    live.replaceChildren(...fresh.childNodes);
    for (const part of document.querySelectorAll("[data-live]")) {
      part.replaceChildren(...(page.getElementById(part.id)?.childNodes ?? []));
    }
    live.dataset.changes = fresh.dataset.changes;
    lost(false);
  } catch {
    lost(true);
  }
}

function lost(is) {
  const notice = document.getElementById("out-of-touch");
  if (notice) {
    notice.hidden = !is;
  }
}

setInterval(renew, SECONDS * 1000);
document.addEventListener("visibilitychange", renew);
const stream = document.getElementById("live").dataset.stream ?? "/changes";
new EventSource(stream).addEventListener("changed", (event) => {
  if (event.data !== document.getElementById("live").dataset.changes) {
    renew();
  }
});
