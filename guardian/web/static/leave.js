// Leaves the page of help without a trace in the browser's way back; without script the link does
// the same but for that.
"use strict";

document.getElementById("leave").addEventListener("click", (event) => {
  event.preventDefault();
  location.replace(event.currentTarget.href);
});
