// The week grid by hand and by keyboard: take a time and move it, pull its edges, draw a new one.
// All of it goes through the same forms that work without script; the server says what it became.
"use strict";

const QUARTER = 15;
const DAY = 1440;
const EDGE_PIXELS = 9;
const STILL_PIXELS = 5; // less is a click
const KEY_PAUSE_MS = 600; // after the last arrow key, the change is kept

const grid = () => document.querySelector(".week[data-move]");
const lanes = () => [...grid().querySelectorAll(".lane")];
const laneOf = (day) => lanes().find((each) => Number(each.dataset.day) === day);
const forward = () => (document.documentElement.dir === "rtl" ? -1 : 1);
const clamp = (low, value, high) => Math.min(Math.max(value, low), high);
const announce = (words) => { document.getElementById("announced").textContent = words; };

function clock(minutes) {
  const part = (number) => String(number).padStart(2, "0");
  return `${part(Math.floor(minutes / 60) % 24)}:${part(minutes % 60)}`;
}

// What a piece stands for: a window as it begins on one day. start, end: minutes of that day.
function read(piece) {
  const { number, begins, start, end, title } = piece.dataset;
  return {
    number, title, begins: Number(begins), day: Number(begins), start: Number(start), end: Number(end),
  };
}

function partsOf({ begins, number }) {
  const all = [...grid().querySelectorAll(`[data-number="${number}"][data-begins="${begins}"]`)];
  return { head: all.find((each) => each.classList.contains("head")),
    rest: all.find((each) => each.classList.contains("rest")) };
}

function place(piece, first, last) {
  const kept = [...piece.classList].filter((each) => !/^(from|to)-\d+$/.test(each));
  const from = Math.floor(first / QUARTER);
  piece.className = [...kept, `from-${from}`, `to-${Math.max(from + 1, Math.ceil(last / QUARTER))}`].join(" ");
}

// Show a time where it would be; nothing is kept yet.
function draw(held) {
  let { head, rest } = partsOf(held);
  place(head, held.start, Math.min(held.end, DAY));
  head.classList.toggle("cut", held.end > DAY);
  if (head.parentElement !== laneOf(held.day)) {
    const focused = document.activeElement === head;
    laneOf(held.day).append(head);
    if (focused) {
      head.focus({ preventScroll: true });
    }
  }
  if (held.end <= DAY) {
    rest?.remove();
    return;
  }
  if (!rest) {
    rest = head.cloneNode(true);
    rest.querySelector(".heard")?.remove();
    rest.classList.remove("head", "cut", "held");
    rest.classList.add("rest");
    rest.tabIndex = -1;
    rest.setAttribute("aria-hidden", "true");
  }
  place(rest, 0, held.end - DAY);
  laneOf((held.day + 1) % 7).append(rest);
}

function say(held) {
  announce(grid().dataset.say.replace("{kind}", held.title).replace("{day}", laneOf(held.day).dataset.title)
    .replace("{start}", clock(held.start)).replace("{end}", clock(held.end)));
}

function changed(held, key) {
  const step = QUARTER * forward();
  const length = held.end - held.start;
  const ends = (end) => ({ ...held, end: clamp(held.start + QUARTER, end, held.start + DAY) });
  const starts = (start) => ({ ...held, start: clamp(0, start, DAY - QUARTER),
    end: clamp(0, start, DAY - QUARTER) + length });
  const days = lanes().map((each) => Number(each.dataset.day));
  const row = days.indexOf(held.day);
  const onto = (to) => ({ ...held, day: days[clamp(0, to, 6)] });
  return {
    ArrowRight: starts(held.start + step), ArrowLeft: starts(held.start - step),
    ArrowUp: onto(row - 1), ArrowDown: onto(row + 1),
    "Shift+ArrowRight": ends(held.end + step), "Shift+ArrowLeft": ends(held.end - step),
  }[key];
}

async function send(address, values, focusOn) {
  const about = grid().dataset;
  const body = new URLSearchParams(
    { csrf: about.csrf, version: about.version, view: about.view, season: about.season, ...values });
  try {
    const response = await fetch(address, { method: "POST", body });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok || !page.getElementById("live")) {
      throw new Error(response.statusText);
    }
    show(page);
  } catch {
    const lost = about.lost;
    const response = await fetch(location.href, { cache: "no-store" });
    show(new DOMParser().parseFromString(await response.text(), "text/html"));
    announce(lost);
  }
  focusOn?.();
}

// Put what the server says in the page's place: the week, and the bar with what was done.
function show(page) {
  const live = document.getElementById("live");
  live.replaceChildren(...page.getElementById("live").childNodes);
  document.querySelector("main > .said")?.remove();
  const said = page.querySelector("main > .said");
  if (said) {
    said.removeAttribute("role"); // announced once, below
    live.before(said);
    announce(said.querySelector("p").textContent);
  }
}

function keep(held) {
  waiting = null;
  const values = { number: held.number, begins: held.begins, day: held.day, start: held.start, end: held.end };
  return send(grid().dataset.move, values, () => {
    const now = [...laneOf(held.day).querySelectorAll(`.head[data-start="${held.start}"]`)];
    now.find((each) => Number(each.dataset.end) === held.end)?.focus({ preventScroll: true });
  });
}

// By keyboard

let waiting = null; // a change by arrow keys that is not kept yet: { held, timer }

document.addEventListener("keydown", (event) => {
  const piece = event.target.closest?.(".week[data-move] .piece.head");
  if (!piece || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  if (event.key === "Delete") {
    event.preventDefault();
    clearTimeout(waiting?.timer);
    waiting = null;
    const { number, begins } = read(piece);
    send(grid().dataset.remove, { number, begins }, () => grid().focus({ preventScroll: true }));
    return;
  }
  if (event.key === "Escape" && waiting) {
    clearTimeout(waiting.timer);
    const back = read(piece);
    waiting = null;
    draw(back);
    say(back);
    return;
  }
  const next = changed(waiting?.held ?? read(piece), (event.shiftKey ? "Shift+" : "") + event.key);
  if (!next) {
    return;
  }
  event.preventDefault();
  clearTimeout(waiting?.timer);
  draw(next);
  say(next);
  waiting = { held: next, timer: setTimeout(() => keep(next), KEY_PAUSE_MS) };
});

// By mouse, pen or finger

let drag = null; // { held, before, how, x, y, moved } or { lane, ghost, from, x }

function quarterAt(lane, x) {
  const box = lane.getBoundingClientRect();
  const along = forward() > 0 ? x - box.left : box.right - x;
  return clamp(0, Math.floor((along / box.width) * (DAY / QUARTER)), DAY / QUARTER);
}

function edgeAt(piece, x) {
  const box = piece.getBoundingClientRect();
  const [begin, end] = forward() > 0 ? [x - box.left, box.right - x] : [box.right - x, x - box.left];
  const edge = Math.min(EDGE_PIXELS, box.width / 4);
  const { start, end: minutes } = read(piece);
  if (begin < edge && piece.classList.contains("head")) {
    return "start";
  }
  return end < edge && (piece.classList.contains("rest") || minutes <= DAY) && start >= 0 ? "end" : "move";
}

document.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || drag) {
    return;
  }
  const piece = event.target.closest?.(".week[data-move] .piece");
  const lane = event.target.closest?.(".week[data-move] .lane");
  if (piece) {
    const before = read(piece);
    drag = { held: before, before, how: edgeAt(piece, event.clientX), piece, lane,
      x: event.clientX, y: event.clientY, moved: false };
  } else if (lane && event.pointerType !== "touch") { // a finger scrolls there
    const from = quarterAt(lane, event.clientX) * QUARTER;
    const ghost = document.createElement("span");
    ghost.className = "ghost";
    place(ghost, from, from + QUARTER);
    grid().focus({ preventScroll: true }); // so that the page is not renewed meanwhile
    drag = { lane, ghost, from, to: from + QUARTER, x: event.clientX };
  }
});

document.addEventListener("pointermove", (event) => {
  if (!drag) {
    return;
  }
  if (drag.ghost) {
    const at = quarterAt(drag.lane, event.clientX) * QUARTER;
    drag.start = Math.min(drag.from, at);
    drag.to = Math.max(drag.from, at) + (at < DAY ? QUARTER : 0);
    if (Math.abs(event.clientX - drag.x) >= STILL_PIXELS) {
      drag.lane.append(drag.ghost);
      place(drag.ghost, drag.start, drag.to);
    }
    return;
  }
  if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < STILL_PIXELS) {
    return;
  }
  if (!drag.moved) {
    drag.moved = true;
    partsOf(drag.held).head.classList.add("held");
    partsOf(drag.held).head.focus({ preventScroll: true });
  }
  const { before, lane } = drag;
  const share = ((event.clientX - drag.x) * forward()) / lane.getBoundingClientRect().width;
  const by = Math.round((share * DAY) / QUARTER) * QUARTER;
  if (drag.how === "end") {
    drag.held = { ...before, end: clamp(before.start + QUARTER, before.end + by, before.start + DAY) };
  } else if (drag.how === "start") {
    const least = Math.max(0, before.end - DAY);
    drag.held = { ...before, start: clamp(least, before.start + by, Math.min(before.end, DAY) - QUARTER) };
  } else {
    const start = clamp(0, before.start + by, DAY - QUARTER);
    const rows = lanes();
    const height = rows[1].getBoundingClientRect().top - rows[0].getBoundingClientRect().top;
    const row = rows.findIndex((each) => Number(each.dataset.day) === before.day);
    const down = clamp(0, row + Math.round((event.clientY - drag.y) / height), 6);
    const day = Number(rows[down].dataset.day);
    drag.held = { ...before, day, start, end: start + before.end - before.start };
  }
  draw(drag.held);
});

document.addEventListener("pointerup", (event) => {
  if (!drag) {
    return;
  }
  const done = drag;
  drag = null;
  if (done.ghost) {
    const drawn = done.ghost.isConnected;
    done.ghost.remove();
    const start = drawn ? done.start : Math.floor(done.from / 60) * 60;
    const values = { day: done.lane.dataset.day, start, end: drawn ? done.to : start + 60 };
    location.assign(`${grid().dataset.new}?${new URLSearchParams(values)}`);
    return;
  }
  if (done.moved) {
    partsOf(done.before).head.classList.remove("held");
    // The click that follows is the end of the drag, and opens nothing.
    addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
    if (JSON.stringify(done.held) !== JSON.stringify(done.before)) {
      say(done.held);
      keep(done.held);
    }
  }
  event.preventDefault();
});

document.addEventListener("pointercancel", () => {
  if (drag?.ghost) {
    drag.ghost.remove();
  } else if (drag) {
    draw(drag.before);
  }
  drag = null;
});

document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.(".week[data-move]")) {
    event.preventDefault(); // a piece is a link, and links would be dragged as such
  }
});

// Where the grid is wider than the screen, the evening is seen first; a list of days begins with today.
for (const scroller of document.querySelectorAll(".grid-scroll")) {
  scroller.scrollTo({ left: forward() * scroller.scrollWidth, behavior: "instant" });
}
for (const today of document.querySelectorAll(".days > [data-today]")) {
  const row = today.parentElement;
  if (row.scrollWidth > row.clientWidth) {
    row.scrollTo({ left: today.offsetLeft - row.offsetLeft, behavior: "instant" });
  }
}
