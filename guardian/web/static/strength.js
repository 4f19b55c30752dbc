// Says while one types how well a password would stand against guessing. The server judges in the
// same way (passwords.py), so nothing depends on this.
"use strict";

const said = document.getElementById("strength");

document.getElementById("password").addEventListener("input", (event) => {
  const password = event.target.value;
  const kinds =
    /\p{Ll}/u.test(password) * 26 + /\p{Lu}/u.test(password) * 26 +
    /\d/.test(password) * 10 + /[^\p{L}\p{N}]/u.test(password) * 20;
  const fresh = [...password].filter((each, at, all) =>
    Math.abs(each.codePointAt(0) - (at ? all[at - 1].codePointAt(0) : 32)) > 1);
  const bits = fresh.length * Math.log2(Math.max(kinds, 2));
  said.hidden = !password;
  said.textContent = bits < 45 ? said.dataset.weak : bits < 65 ? said.dataset.fair : said.dataset.good;
});
