// Renews the page every 15 seconds where it stands. Without script the page is whole all the same:
// it then shows the moment at which it was opened.
"use strict";

const SECONDS = 15;

async function renew() {
  const main = document.querySelector("main");
  const inUse = main.querySelector(":focus-visible") || !getSelection().isCollapsed;
  if (document.hidden || inUse) {
    return;
  }
  try {
    const response = await fetch("/", { cache: "no-store" });
    if (!response.ok) {
      throw new Error(response.statusText);
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("main");
    for (const opened of main.querySelectorAll("details[open]")) {
      fresh.querySelector(`#${CSS.escape(opened.id)}`)?.setAttribute("open", "");
    }
    main.replaceChildren(...fresh.childNodes);
  } catch {
    document.getElementById("out-of-touch").hidden = false;
  }
}

setInterval(renew, SECONDS * 1000);
document.addEventListener("visibilitychange", renew);
