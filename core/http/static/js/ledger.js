// Wide tables: the first columns stay, rows can be chosen, chosen rows can be acted on together.
function freeze(wrap) {
  const table = wrap.querySelector("table");
  const frozen = Number(wrap.dataset.frozen);
  if (!table || !frozen) return;
  const checks = table.querySelector("thead .x-col-check") ? 1 : 0;
  const heads = [...table.tHead.rows[0].cells].slice(0, frozen + checks);
  let left = 0;
  const lefts = heads.map((cell) => {
    const at = left;
    left += cell.getBoundingClientRect().width;
    return at;
  });
  // On a phone frozen columns would leave no room for the others.
  const room = left < wrap.clientWidth * 0.6;
  for (const row of table.rows) {
    if (row.parentElement === table.tHead && row !== table.tHead.rows[0]) continue; // lines under joined heads begin further right
    heads.forEach((_, index) => {
      const cell = row.cells[index];
      if (!cell || cell.colSpan > 1) return;
      cell.classList.toggle("x-frozen", room);
      cell.classList.toggle("x-frozen-last", room && index === heads.length - 1);
      cell.style.setProperty("left", room ? `${lefts[index]}px` : "");
    });
  }
}

const watch = new ResizeObserver((entries) => entries.forEach((entry) => freeze(entry.target)));
function bind() {
  for (const wrap of document.querySelectorAll("[data-ledger]:not([data-bound])")) {
    wrap.dataset.bound = "";
    watch.observe(wrap);
    freeze(wrap);
    wrap.addEventListener("scroll", () => wrap.toggleAttribute("data-scrolled", wrap.scrollLeft > 0), { passive: true });
  }
  document.querySelectorAll("[data-ledger]").forEach(freeze);
}
bind();
document.addEventListener("htmx:load", bind);

function tell(scope) {
  const rows = [...scope.querySelectorAll("[data-select-row]")];
  const on = rows.filter((row) => row.checked);
  for (const row of rows) row.closest("tr").classList.toggle("x-chosen", row.checked);
  for (const all of scope.querySelectorAll("[data-select-all]")) {
    all.checked = on.length > 0 && on.length === rows.length;
    all.indeterminate = on.length > 0 && on.length < rows.length;
  }
  for (const bar of scope.querySelectorAll("[data-bulk]")) {
    bar.hidden = on.length === 0;
    bar.querySelector("[data-bulk-count]").textContent = on.length;
  }
}

function tickAll(all) {
  for (const row of all.closest("table").querySelectorAll("[data-select-row]")) row.checked = all.checked;
  tell(all.closest("form") ?? document);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) tickAll(event.target);
  else if (event.target.matches("[data-select-row]")) tell(event.target.closest("form") ?? document);
});

// What was ticked before this script ran, or is put back by the browser on the way back, counts as well.
addEventListener("pageshow", () => {
  for (const all of document.querySelectorAll("[data-select-all]:checked")) tickAll(all);
  for (const bar of document.querySelectorAll("[data-bulk]")) tell(bar.closest("form") ?? document);
});

// A whole row leads to its page: <tr data-href="…"> with a real link inside for the keyboard.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, summary") || getSelection().toString()) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
});
