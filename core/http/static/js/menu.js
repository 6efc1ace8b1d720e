// The left menu (drawer on a phone, foldable on a desk) and pop-ups made of <details>.
const root = document.documentElement;
const FOLDED = "xiaoan.menu.folded";
const GROUPS = "xiaoan.menu.groups";
const groups = () => document.querySelectorAll("[data-menu-group]");

function fold(on) {
  root.toggleAttribute("data-folded", on);
  document.querySelector("[data-menu-fold]")?.setAttribute("aria-pressed", String(on));
  if (on) for (const group of groups()) group.open = true; // a column of icons has no room for titles
}

function drawer(open) {
  root.toggleAttribute("data-drawer", open);
  document.querySelector("[data-menu-toggle]")?.setAttribute("aria-expanded", String(open));
  const veil = document.querySelector("[data-menu-close]");
  if (veil) veil.hidden = !open;
  if (open) document.querySelector("[data-menu] a")?.focus();
}

const remembered = () => {
  try {
    return localStorage.getItem(FOLDED) === "1";
  } catch {
    return false; // storage may be switched off on managed machines
  }
};
if (remembered()) fold(true);

// What somebody opened or closed by hand stays so on the next page; the group of the present page is always open.
try {
  const kept = JSON.parse(localStorage.getItem(GROUPS) ?? "{}");
  for (const group of groups()) {
    const before = kept[group.dataset.menuGroup];
    if (before !== undefined && !root.hasAttribute("data-folded") && !group.querySelector("[aria-current]")) group.open = before;
    group.querySelector("summary").addEventListener("click", () => {
      kept[group.dataset.menuGroup] = !group.open; // it is toggled after this
      try {
        localStorage.setItem(GROUPS, JSON.stringify(kept));
      } catch { /* nothing to remember it in */ }
    });
  }
} catch { /* as above */ }

const closePops = (except) => {
  for (const pop of document.querySelectorAll("details[data-pop][open]")) if (pop !== except) pop.open = false;
};

document.addEventListener("click", (event) => {
  closePops(event.target.closest("details[data-pop]"));
  if (event.target.closest("[data-menu-toggle]")) drawer(!root.hasAttribute("data-drawer"));
  if (event.target.closest("[data-menu-close]")) drawer(false);
  if (event.target.closest("[data-menu-fold]")) {
    const on = !root.hasAttribute("data-folded");
    fold(on);
    try {
      localStorage.setItem(FOLDED, on ? "1" : "0");
    } catch { /* nothing to remember it in */ }
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const pop = document.querySelector("details[data-pop][open]");
  if (pop) {
    pop.open = false;
    pop.querySelector("summary").focus();
  } else if (root.hasAttribute("data-drawer")) {
    drawer(false);
    document.querySelector("[data-menu-toggle]")?.focus();
  }
});

// The question above a ledger stands open on a desk and folded on a phone.
const desk = matchMedia("(min-width: 768px)");
const unfold = () => {
  for (const fields of document.querySelectorAll("[data-filter-fold]")) if (desk.matches) fields.open = true;
};
unfold();
desk.addEventListener("change", unfold);
document.addEventListener("htmx:load", unfold);
