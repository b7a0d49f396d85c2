/* Keeps what is typed into a form in this tab until the form was accepted, and offers it again: after signing
   in anew, a lost network, or a page closed by mistake. Pages work without it. Passwords, codes, files and
   fields named in data-keep="no" are never kept. The text stays in this browser tab and goes with it. */
"use strict";
(() => {
  const PREFIX = "typed ";
  const SENT = "sent ";
  const words = document.getElementById("words").dataset;
  const SECRET = new Set(["password", "hidden", "file", "submit", "button"]);

  const keyOf = (form) =>
    PREFIX + (form.dataset.keep || `${location.pathname} ${form.getAttribute("action") || ""} ${form.id}`);

  const fieldsOf = (form) =>
    [...form.elements].filter(
      (field) => field.name && !SECRET.has(field.type) && field.dataset.keep !== "no"
        && field.autocomplete !== "one-time-code" && field.autocomplete !== "username",
    );

  const valuesOf = (form) =>
    fieldsOf(form).map((field) => [
      field.name,
      field.type === "checkbox" || field.type === "radio" ? [field.value, field.checked] : field.value,
    ]);

  const read = (key) => {
    try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
  };

  const write = (key, values) => {
    try { sessionStorage.setItem(key, JSON.stringify(values)); } catch { /* full or forbidden: nothing is kept */ }
  };

  const put = (form, values) => {
    const waiting = [...values];
    for (const field of fieldsOf(form)) {
      const at = waiting.findIndex(([name]) => name === field.name);
      if (at < 0) continue;
      const [[, value]] = waiting.splice(at, 1);
      if (Array.isArray(value)) field.checked = value[1]; else field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  const offer = (form, key, values) => {
    const box = document.createElement("p");
    box.className = "kept";
    box.setAttribute("role", "status");
    box.append(words.kept + " ");
    const button = (text, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = text;
      made.addEventListener("click", () => { act(); box.remove(); });
      box.append(made, " ");
    };
    button(words.putBack, () => put(form, values));
    button(words.discard, () => sessionStorage.removeItem(key));
    form.prepend(box);
  };

  /* The page that answers a form ends the keeping of its text, unless it is the sign-in page or says no. After a
     lost network there is no such page: one comes back or reloads, and the text is still offered. */
  const settle = () => {
    const answered = performance.getEntriesByType("navigation")[0]?.type === "navigate";
    const saidNo = document.querySelector("[data-sign-in], [data-refused]");
    for (const name of Object.keys(sessionStorage).filter((each) => each.startsWith(SENT))) {
      if (answered && !saidNo) sessionStorage.removeItem(name.slice(SENT.length));
      sessionStorage.removeItem(name);
    }
  };

  settle();
  for (const form of document.querySelectorAll("form[method=post]")) {
    if (form.dataset.keep === "no") continue;
    const key = keyOf(form);
    const rendered = JSON.stringify(valuesOf(form));
    const kept = read(key);
    if (kept && JSON.stringify(kept) !== rendered) offer(form, key, kept);
    form.addEventListener("input", () => write(key, valuesOf(form)));
    form.addEventListener("submit", () => write(SENT + key, true));
  }
})();
