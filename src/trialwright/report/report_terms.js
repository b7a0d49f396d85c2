// Tables of terms: a column's head orders the classes and the terms within each; the field keeps those that
// hold a word. The first row, about everything, stays where it is. Without this the order is that of the plan.
"use strict";

for (const figure of document.querySelectorAll("figure.terms")) {
  const body = figure.querySelector("tbody");
  const inner = (row) => row.cells[0].className !== "depth-0";
  const planned = [...body.rows];
  if (planned.length < 4) continue;
  // A block is an outer row with its inner rows.
  const blocks = [];
  planned.forEach((row) => (inner(row) && blocks.length ? blocks.at(-1).rows.push(row) : blocks.push({ outer: row, rows: [] })));
  const nested = blocks.some((block) => block.rows.length);
  const still = nested && !blocks[0].rows.length ? blocks.shift() : null;

  const bar = document.createElement("p");
  const label = document.createElement("label");
  const field = document.createElement("input");
  const count = document.createElement("output");
  bar.className = "filter";
  label.textContent = "Only terms with ";
  field.type = "search";
  label.append(field);
  bar.append(label, " ", count);
  figure.querySelector(".scroll").before(bar);
  const show = () => {
    const wanted = field.value.trim().toLowerCase();
    const says = (row) => row.cells[0].textContent.toLowerCase().includes(wanted);
    let shown = 0;
    for (const block of blocks) {
      const whole = says(block.outer);
      block.rows.forEach((row) => (row.hidden = !(whole || says(row))));
      const left = block.rows.filter((row) => !row.hidden).length;
      block.outer.hidden = !(whole || left);
      shown += nested ? left : Number(!block.outer.hidden);
    }
    const all = nested ? blocks.reduce((sum, block) => sum + block.rows.length, 0) : blocks.length;
    count.textContent = wanted ? `${shown} of ${all} terms` : `${all} terms`;
  };
  field.addEventListener("input", show);
  show();

  const last = figure.querySelector("thead tr:last-child");
  const shift = figure.querySelectorAll("thead tr").length > 1 ? 1 : 0;
  const heads = [...last.cells].map((head, place) => [head, place + shift]);
  if (shift) heads.unshift([figure.querySelector("thead th"), 0]);
  const value = (row, place) => Number(row.cells[place]?.querySelector("data[value]")?.value ?? Number.NaN);
  const text = (row, place) => row.cells[place]?.textContent.trim() ?? "";
  const compare = (place, sign) => (one, two) => {
    const [a, b] = [value(one, place), value(two, place)];
    const order = place && !Number.isNaN(a - b) ? a - b : text(one, place).localeCompare(text(two, place));
    return sign * order || text(one, 0).localeCompare(text(two, 0));
  };
  const steps = { none: "descending", descending: "ascending", ascending: "none" };
  for (const [head, place] of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const words = place === 0;
      const now = head.getAttribute("aria-sort") ?? "none";
      const next = words ? (now === "ascending" ? "none" : "ascending") : steps[now];
      heads.forEach(([other]) => other.removeAttribute("aria-sort"));
      if (next === "none") {
        body.append(...planned);
        return;
      }
      head.setAttribute("aria-sort", next);
      const by = compare(place, next === "ascending" ? 1 : -1);
      const ordered = [...blocks].sort((one, two) => by(one.outer, two.outer));
      if (still) body.append(still.outer);
      for (const block of ordered) body.append(block.outer, ...[...block.rows].sort(by));
    });
  }
}
