// Clocks at the chair, and buttons that wait for the network with the time at which they were pressed.
// Without this script every button is a plain form.
"use strict";
(() => {
  const chair = document.querySelector("[data-chair]");
  if (!chair) return;
  const skew = Date.parse(chair.dataset.now) - Date.now();
  const now = () => Date.now() + skew;
  const notice = document.getElementById("unsent");
  const store = "chair:" + location.pathname + ":" + (document.body.dataset.person || "");
  const waiting = () => JSON.parse(localStorage.getItem(store) || "[]");
  const opened = now();

  const words = document.getElementById("words").dataset;
  const fill = (text, parts) => text.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
  const span = (ms) => {
    const all = Math.floor(Math.abs(ms) / 60000);
    const parts = { hours: Math.floor(all / 60), minutes: all % 60 };
    return fill(all >= 60 ? words.hours : words.minutes, parts);
  };
  function tick() {
    for (const each of chair.querySelectorAll("[data-until]")) {
      const left = Date.parse(each.dataset.until) - now();
      each.textContent = fill(left > 0 ? words.left : words.over, { time: span(left) });
      each.className = left > 1800000 ? "" : left > 0 ? "soon" : "over";
    }
    for (const each of chair.querySelectorAll("[data-runs]")) {
      each.textContent = String(Number(each.dataset.minutes) + Math.floor((now() - opened) / 60000));
    }
    for (const each of chair.querySelectorAll("[data-due]")) {
      const late = now() - Date.parse(each.dataset.due);
      each.textContent = fill(late < 0 ? words.in : words.dueSince, { time: span(late) });
      each.parentElement.className = late < 0 ? "later" : late > 600000 ? "overdue" : "due";
    }
  }
  tick();
  setInterval(tick, 5000);

  function show() {
    const list = waiting();
    notice.hidden = list.length === 0;
    notice.textContent = list.length
      ? fill(words.noNetwork, { steps: list.map((each) => each.label).join(", ") })
      : "";
  }
  async function send(entry) {
    const token = chair.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams(entry.body);
    body.set("csrfmiddlewaretoken", token);
    const answer = await fetch(location.href, { method: "POST", body, headers: { "HX-Request": "true", "HX-Current-URL": location.href }, redirect: "manual" });
    return answer;
  }
  chair.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-queue]");
    if (!form) return;
    event.preventDefault();
    const body = [...new FormData(form, event.submitter).entries()].filter(([name]) => name !== "csrfmiddlewaretoken");
    const at = body.find(([name]) => name === "at");
    const pressed = new Date(now()).toISOString().replace("Z", "+00:00");
    const entry = { body, label: event.submitter ? event.submitter.textContent.trim() : "…" };
    try {
      const answer = await send(entry);
      if (answer.type === "opaqueredirect" || answer.ok) return location.reload();
      if (answer.status === 422) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        document.getElementById("main").replaceWith(page.getElementById("main"));
        return location.hash ? undefined : window.scrollTo(0, 0);
      }
      throw new Error(String(answer.status));
    } catch {
      if (at && !at[1]) at[1] = pressed;
      else if (!at) body.push(["at", pressed]);
      localStorage.setItem(store, JSON.stringify([...waiting(), entry]));
      show();
    }
  });
  async function sendAgain() {
    const list = waiting();
    if (!list.length) return;
    try {
      for (const entry of list) {
        const answer = await send(entry);
        if (answer.status === 401) break;
        localStorage.setItem(store, JSON.stringify(waiting().slice(1)));
        if (answer.status === 422) alert(fill(words.refused, { step: entry.label }));
      }
      if (!waiting().length) location.reload();
    } catch { /* still no network */ }
    show();
  }
  show();
  sendAgain();
  window.addEventListener("online", sendAgain);
  setInterval(sendAgain, 5000);
})();
