// The report works without this: it sorts and filters listings, and follows a number to what is behind it.
"use strict";

document.addEventListener("click", (event) => {
  const number = event.target.closest("data[data-result]");
  const table = number && number.closest("[data-trace]");
  if (table) window.location.href = `${table.dataset.trace}#r-${number.dataset.result}`;
});

for (const figure of document.querySelectorAll("figure.listing")) {
  const body = figure.querySelector("tbody");
  let rows = [...body.rows];
  // A subject stands once above its rows; every row keeps whose it is when they are moved or hidden.
  const whose = new Map();
  rows.forEach((row, at) => whose.set(row, row.cells[0].textContent.trim() || whose.get(rows[at - 1])));
  const name = () => {
    let above = "";
    for (const row of rows.filter((each) => !each.hidden)) {
      row.cells[0].textContent = whose.get(row) === above ? "" : whose.get(row);
      above = whose.get(row);
    }
  };
  const bar = document.createElement("p");
  bar.className = "filter";
  const label = document.createElement("label");
  const field = document.createElement("input");
  const count = document.createElement("output");
  label.textContent = "Only rows with ";
  field.type = "search";
  label.append(field);
  bar.append(label, " ", count);
  figure.querySelector(".scroll").before(bar);
  const show = () => {
    const wanted = field.value.trim().toLowerCase();
    const shown = rows.filter((row) => (row.hidden = !row.textContent.toLowerCase().includes(wanted), !row.hidden));
    name();
    count.textContent = wanted ? `${shown.length} of ${rows.length} rows` : `${rows.length} rows`;
  };
  field.addEventListener("input", show);
  show();

  const heads = [...figure.querySelectorAll("thead tr:last-child th")];
  const text = (row, place) => (place ? row.cells[place]?.textContent.trim() : whose.get(row)) ?? "";
  const compare = (one, two) => {
    const [a, b] = [one, two].map((value) => Number.parseFloat(value.replace("\u2212", "-")));
    return Number.isNaN(a) || Number.isNaN(b) ? one.localeCompare(two) : a - b;
  };
  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const order = rows.map((row, at) => [text(row, place), at, row]);
      order.sort((one, two) => (down ? -1 : 1) * compare(one[0], two[0]) || one[1] - two[1]);
      rows = order.map(([, , row]) => row);
      body.append(...rows);
      name();
    });
  });
}
