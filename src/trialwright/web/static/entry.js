// Saves each answer as it is left. What cannot be sent is kept on this device and sent when the network is back.
// Without this script the form is saved as a whole by its button.
"use strict";
(() => {
  const form = document.getElementById("row-form");
  const box = document.querySelector("[data-entry]");
  if (!form || !box) return;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const notice = document.getElementById("unsent");
  const store = "unsent:" + (document.body.dataset.person || "");
  const RETRY = 5000;
  const words = document.getElementById("words").dataset;
  let sending = false;

  const waiting = () => JSON.parse(localStorage.getItem(store) || "[]");
  const keep = (list) => {
    if (list.length) localStorage.setItem(store, JSON.stringify(list));
    else localStorage.removeItem(store);
    notice.hidden = list.length === 0;
    notice.textContent = list.length
      ? words.notSent.replace("{count}", list.length).replace("{items}", list.map((each) => each.label).join(", "))
      : "";
  };

  const inputs = (item) => item.querySelectorAll("input, select, textarea");
  const bodyOf = (scope, name) => {
    const body = [["csrfmiddlewaretoken", token], ["command", crypto.randomUUID()]];
    for (const input of scope.querySelectorAll("input, select, textarea")) {
      if (!input.name.startsWith(name) || (input.type === "radio" && !input.checked)) continue;
      body.push([input.name, input.value]);
    }
    return body;
  };
  const says = (body, name) => body.some(([key, value]) => (key === name || key === `${name}-missing`) && value.trim());

  async function post(address, body) {
    const fresh = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const sent = new URLSearchParams(body.map(([key, value]) => [key, key === "csrfmiddlewaretoken" ? fresh : value]));
    return fetch(address, { method: "POST", body: sent, headers: { "X-Fragment": "item", "HX-Request": "true", "HX-Current-URL": location.href }, redirect: "manual" });
  }

  // Put the item as it now stands into the page, with the keyboard where it was.
  function show(item, html, answer) {
    const held = item.contains(document.activeElement) ? document.activeElement.name : null;
    item.outerHTML = html;
    const now = document.getElementById(item.id);
    if (held && now) (now.querySelector(`[name="${held}"]`) || now.querySelector("summary, a, button"))?.focus();
    if (window.htmx) window.htmx.process(now);
    const asked = answer.headers.get("X-Asked");
    if (asked === null) return;
    const names = new Set(asked.split(" "));
    for (const each of box.querySelectorAll("[data-item]")) each.hidden = !names.has(each.dataset.item);
    const open = [...box.querySelectorAll("[data-item]:not([hidden]):not(.answered)")];
    const state = document.getElementById("row-state");
    if (state && !open.some((each) => each.querySelector("abbr[title=required]"))) {
      state.textContent = words.complete;
      state.className = "state complete";
    }
  }

  async function save(item, body) {
    item.classList.add("sending");
    const label = item.querySelector(".label").textContent.trim();
    const entry = { address: item.dataset.address, body, label };
    try {
      const answer = await post(entry.address, body);
      if ([200, 409, 422].includes(answer.status)) return show(item, await answer.text(), answer);
      keep([...waiting(), entry]);
      if (answer.status === 503 && (answer.headers.get("Content-Type") || "").startsWith("text/plain")) {
        notice.textContent += " " + (await answer.text());
      }
      if (answer.type === "opaqueredirect" || answer.status === 401) {
        notice.textContent += " " + words.signedOut;
      }
    } catch {
      keep([...waiting(), entry]);
    } finally {
      item.classList.remove("sending");
      item.classList.toggle("unsent", waiting().some((each) => each.address === entry.address));
    }
  }

  async function sendAgain() {
    if (sending || !waiting().length) return;
    sending = true;
    try {
      for (const entry of waiting()) {
        const answer = await post(entry.address, entry.body);
        if (![200, 409, 422].includes(answer.status)) break;
        keep(waiting().filter((each) => each.body[1][1] !== entry.body[1][1]));
        const item = [...box.querySelectorAll("[data-item]")].find((each) => each.dataset.address === entry.address);
        const html = await answer.text();
        if (item) show(item, html, answer);
      }
    } catch { /* still no network */ } finally { sending = false; }
  }

  const outside = (input) => {
    const value = Number(input.value);
    if (!input.value.trim() || Number.isNaN(value)) return false;
    const unit = input.closest("[data-item]").querySelector("select[name$=-unit]");
    if (unit && unit.selectedIndex > 0) return false;
    return (input.dataset.low && value < Number(input.dataset.low)) || (input.dataset.high && value > Number(input.dataset.high));
  };

  box.addEventListener("change", (event) => {
    const item = event.target.closest("[data-item]");
    if (!item || event.target.closest("form.correction")) return;
    item.dataset.dirty = "yes";
    const why = item.querySelector(".why");
    if (why && event.target.dataset.high !== undefined) why.hidden = !outside(event.target);
    if (event.target.type === "radio" || (event.target.matches("select") && !event.target.name.endsWith("-unit"))) leave(item);
  });
  box.addEventListener("focusout", (event) => {
    const item = event.target.closest("[data-item]");
    if (item && !item.contains(event.relatedTarget) && !event.target.closest("form.correction")) leave(item);
  });
  function leave(item) {
    if (item.dataset.dirty !== "yes" || item.classList.contains("answered")) return;
    const body = bodyOf(item, item.dataset.item);
    if (!says(body, item.dataset.item)) return;
    item.dataset.dirty = "";
    save(item, body);
  }

  // Enter goes on to the next answer, as at a keyboard-first desk.
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.matches("textarea, summary, button, a") || event.target.closest("form.correction")) return;
    event.preventDefault();
    const every = [...box.querySelectorAll(".item:not([hidden]) :is(input, select, textarea)")].filter((each) => each.offsetParent);
    every[every.indexOf(event.target) + 1]?.focus() ?? event.target.blur();
  });

  box.addEventListener("submit", (event) => {
    const correction = event.target.closest("form.correction");
    if (!correction) return;
    event.preventDefault();
    const item = correction.closest("[data-item]");
    save(item, bodyOf(correction, item.dataset.item));
  });

  // What was answered before this script was there is saved now.
  for (const item of box.querySelectorAll("[data-item]:not(.answered, .refused)")) {
    if (!says(bodyOf(item, item.dataset.item), item.dataset.item)) continue;
    item.dataset.dirty = "yes";
    if (!item.contains(document.activeElement)) leave(item);
  }
  keep(waiting());
  sendAgain();
  window.addEventListener("online", sendAgain);
  setInterval(sendAgain, RETRY);
})();
