// Forms: a question before what cannot be undone, one submission only, no silent loss of what was typed.
const ask = document.querySelector("[data-confirm-dialog]");
let asked = null;

function confirmFirst(form, submitter) {
  const source = submitter?.dataset.confirm ? submitter : form;
  ask.querySelector("[data-confirm-text]").textContent = source.dataset.confirm;
  const yes = ask.querySelector("[data-confirm-yes]");
  yes.classList.toggle("btn-danger", source.dataset.confirmTone === "danger");
  yes.classList.toggle("btn-primary", source.dataset.confirmTone !== "danger");
  asked = { form, submitter };
  ask.returnValue = "no";
  ask.showModal();
}

ask?.addEventListener("close", () => {
  const { form, submitter } = asked ?? {};
  asked = null;
  if (ask.returnValue !== "yes" || !form) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(submitter ?? undefined);
});

// A sending that was stopped or lost must be possible again; the key or version in the form keeps it from counting twice.
const PATIENCE = 20_000;

function busy(form, submitter) {
  setTimeout(() => form.dataset.busy && (idle(form), delete form.dataset.clean), PATIENCE);
  form.dataset.busy = "yes";
  form.dataset.clean = "yes";
  for (const button of form.querySelectorAll('button[type="submit"], button:not([type])')) button.setAttribute("aria-disabled", "true");
  if (submitter?.dataset.busy) {
    submitter.dataset.label = submitter.textContent;
    submitter.textContent = submitter.dataset.busy;
  }
}

function idle(form) {
  delete form.dataset.busy;
  delete form.dataset.confirmed;
  for (const button of form.querySelectorAll("[aria-disabled]")) {
    button.removeAttribute("aria-disabled");
    if (button.dataset.label) button.textContent = button.dataset.label;
  }
}

// Capture: before htmx sees the event.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const submitter = event.submitter;
  if (form.method === "dialog") return;
  const stop = () => (event.preventDefault(), event.stopImmediatePropagation());
  if (form.dataset.busy) return stop();
  if (form.method === "post" && !navigator.onLine) {
    stop(); // the browser's own error page would take everything typed with it
    return document.dispatchEvent(new CustomEvent("x:say", { detail: document.documentElement.dataset.textFailed }));
  }
  if ((form.dataset.confirm || submitter?.dataset.confirm) && !form.dataset.confirmed && ask) {
    stop();
    return confirmFirst(form, submitter);
  }
  if (form.method === "post" || form.hasAttribute("hx-post")) busy(form, submitter);
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form");
  if (form) idle(form);
});
// Back from the next page: the browser may show this one as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-busy]").forEach(idle);
});

// <form data-guard="…">: leaving with unsaved words is asked by the browser.
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) delete form.dataset.clean, (form.dataset.dirty = "yes");
});
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-dirty]:not([data-clean])")) event.preventDefault();
});

document.addEventListener("change", (event) => {
  // A choice that is itself the question: <select data-submit>
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  showDependants(event.target.form ?? document);
});

// <div data-show-when="name=value|value">: parts of a form that belong to a choice.
function showDependants(scope) {
  for (const part of scope.querySelectorAll("[data-show-when]")) {
    const [name, values] = part.dataset.showWhen.split("=");
    const form = part.closest("form");
    const now = form ? new FormData(form).getAll(name) : [];
    part.hidden = !now.some((value) => values.split("|").includes(value));
    for (const control of part.querySelectorAll("input, select, textarea")) control.disabled = part.hidden;
  }
}
showDependants(document);
document.addEventListener("htmx:load", (event) => showDependants(event.detail.elt));

// <textarea maxlength data-count>: how much room is left, said when it matters.
document.addEventListener("input", (event) => {
  const area = event.target;
  if (!area.matches?.("[data-count][maxlength]")) return;
  let note = area.nextElementSibling;
  if (!note?.matches(".x-count-note")) {
    note = Object.assign(document.createElement("p"), { className: "x-count-note x-help" });
    area.after(note);
  }
  note.textContent = `${area.value.length}/${area.maxLength}`;
});

// <div data-rows> with <div data-row> in it, and <button data-add-row> behind: one more row like the last, empty.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  const rows = button.parentElement.querySelector("[data-rows]");
  const last = rows.querySelector(":scope > [data-row]:last-child");
  const next = last.cloneNode(true);
  for (const control of next.querySelectorAll("input, select, textarea")) {
    const label = next.querySelector(`label[for="${CSS.escape(control.id)}"]`);
    control.id = `${control.id.replace(/-\d+$/, "")}-${rows.children.length + 1}`;
    label?.setAttribute("for", control.id);
    if (control.matches("select")) control.selectedIndex = 0;
    else control.value = "";
  }
  rows.append(next);
  next.querySelector("input, select, textarea").focus();
});

// What was pressed before this script came waits in first.js.
document.dispatchEvent(new Event("x:forms"));

// <details data-choose-on-open>: whoever opens a group of choices and picks none of them means the group, its last choice.
document.addEventListener("click", (event) => {
  const group = event.target.closest("details[data-choose-on-open] > summary")?.parentElement;
  const last = group && !group.open && [...group.querySelectorAll('input[type="radio"]')].at(-1);
  const held = last && last.form.querySelector(`[name="${CSS.escape(last.name)}"]:checked`);
  if (!last || (held && !held.dataset.meant)) return;
  last.checked = true;
  last.dataset.meant = "yes";
  last.dispatchEvent(new Event("change", { bubbles: true }));
});
