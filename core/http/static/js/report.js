// 随手拍: what is reported is kept on the phone first, then sent. Texts come from the page; nothing here speaks.
import { ABOUT, reports } from "./offline/reports.js";
import { shrink } from "./offline/shrink.js";
import { open } from "./offline/store.js";

const form = document.querySelector("form[data-report]");
const box = document.querySelector("[data-reports]");
const words = box.dataset;
const settings = JSON.parse(document.getElementById("report-settings").textContent);
const SHOWN_MS = 24 * 3600 * 1000; // so long the receipt of what was sent is shown
const LEFT_OUT = ["csrf_token", "idempotency_key"];
const find = (selector) => box.querySelector(selector);
const text = (name, n = 0) => (words[`text${name}`] ?? "").replaceAll("{n}", n);
const REFUSED = "x-refused-report";
let store, queue;
let signedOut = false;
let drawn = "";
let fresh = null; // the record that was kept a moment ago, and is not sent

// Time first, then chance, as the server's own ids.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setBigUint64(0, (BigInt(Date.now()) << 16n) | BigInt((bytes[6] << 8) | bytes[7]));
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

async function keep() {
  const fields = [];
  const blobs = [];
  for (const [field, value] of new FormData(form)) {
    if (!(value instanceof File)) LEFT_OUT.includes(field) || fields.push([field, value]);
    else if (value.size) blobs.push({ field, blob: await shrink(value), name: value.name, at: new Date(value.lastModified).toISOString() });
  }
  return store.add({ about: ABOUT, kind: "report", id: newId(), body: { fields, title: title() }, blobs });
}

function title() {
  const chosen = form.querySelector("[name=kind]:checked");
  const kind = (chosen?.value.endsWith("/") ? chosen.closest("details").querySelector("summary") : chosen?.closest("label"))?.textContent.trim();
  const place = form.elements.place_typed.value.trim() || form.querySelector("[name=place]:checked")?.value;
  return [form.elements.description.value.trim() || kind, place].filter(Boolean).join(" · ");
}

async function standing(seq) {
  while (queue.running) await new Promise((next) => setTimeout(next, 50));
  return (await store.records(ABOUT)).find((record) => record.seq === seq);
}

async function report() {
  const kept = await keep();
  if (navigator.onLine) {
    await queue.send();
    const now = await standing(kept.seq);
    if (now.state === "sent") {
      form.dataset.clean = "yes";
      return location.assign(now.answer.url);
    }
    if (now.state === "refused") {
      sessionStorage.setItem(REFUSED, kept.seq); // its photos are put back when the page stands again
      form.dataset.clean = "yes";
      return form.submit(); // there is a network: the page itself says what is right, beside each field
    }
  }
  fresh = kept.seq;
  form.reset();
  delete form.dataset.dirty;
  await draw();
  box.scrollIntoView({ block: "start" });
}

// The place is a button or words: one of the two, asked before anything is sent or kept.
function placed() {
  const first = form.querySelector("[name=place]");
  const said = form.querySelector("[name=place]:checked") || form.elements.place_typed.value.trim();
  first?.setCustomValidity(said ? "" : text("Place"));
}
for (const name of ["input", "change"]) form.addEventListener(name, placed);
form.addEventListener("reset", () => setTimeout(placed));
placed();

// On the window, before forms.js refuses to send without network.
addEventListener("submit", (event) => {
  if (event.target !== form || !store || form.dataset.busy) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = form.querySelector('[type="submit"]');
  form.dataset.busy = "yes";
  button.setAttribute("aria-disabled", "true");
  report()
    .catch((fault) => {
      console.warn("not kept:", fault.message);
      form.submit(); // no room on this phone: as if there were no script
    })
    .finally(() => {
      delete form.dataset.busy;
      button.removeAttribute("aria-disabled");
    });
}, true);

// Without network nobody can say what follows from another unit: the server finds it when the report arrives.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (navigator.onLine || !form.contains(event.detail.elt)) return;
  event.preventDefault();
  document.getElementById("source").replaceChildren();
});

function photos(record) {
  for (const input of form.querySelectorAll('input[type="file"]')) {
    const transfer = new DataTransfer();
    for (const { field, blob, name, at } of record.blobs) if (field === input.name) transfer.items.add(new File([blob], name, { type: blob.type, lastModified: new Date(at) }));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    document.getElementById(`help-${input.id}`)?.remove(); // "choose them again"
  }
}

// The page of a refused report comes without its photos: no form can send them back.
async function restore(found) {
  const seq = Number(sessionStorage.getItem(REFUSED));
  sessionStorage.removeItem(REFUSED);
  const record = seq && (await found.records(ABOUT)).find((own) => own.seq === seq);
  if (!record || !document.querySelector(".x-alert-bad")) return;
  photos(record);
  await found.remove(seq);
}

async function again(record) {
  form.reset();
  for (const [name, value] of record.body.fields) {
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (["radio", "checkbox"].includes(control.type)) control.checked ||= control.value === value;
      else control.value = value;
      control.closest("details")?.toggleAttribute("open", true);
    }
  }
  await new Promise((next) => setTimeout(next, 50)); // after the reset has cleared the photos
  photos(record);
  form.dispatchEvent(new Event("change", { bubbles: true }));
  form.dataset.dirty = "yes";
  await store.remove(record.seq);
  await draw();
  form.querySelector("textarea").focus();
}

const button = (said, act) => {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: said });
  made.addEventListener("click", act);
  return made;
};

function line(record) {
  const item = document.createElement("li");
  const pill = Object.assign(document.createElement("span"), { className: "x-pill", textContent: text(`State${record.state[0].toUpperCase()}${record.state.slice(1)}`) });
  pill.dataset.tone = record.state;
  const said = [record.answer?.no, record.body.title, record.blobs?.length ? text("Photos", record.blobs.length) : "", record.fault].filter(Boolean).join(" · ");
  item.append(pill, ` ${said} `);
  if (record.state === "sent") item.append(Object.assign(document.createElement("a"), { href: record.answer.url, textContent: text("Open") }));
  if (record.state === "refused") {
    item.append(button(text("Again"), () => again(record)), " ", button(text("Drop"), async () => {
      if (!confirm(text("DropAsk"))) return;
      await store.remove(record.seq);
      draw();
    }));
  }
  return item;
}

async function draw(sending = false) {
  const records = await store.records(ABOUT);
  const count = (state) => records.filter((record) => record.state === state).length;
  const waiting = count("unsent");
  const bad = count("refused");
  box.hidden = !records.length && navigator.onLine;
  box.dataset.tone = bad ? "refused" : waiting || !navigator.onLine ? "unsent" : "sent";
  const said = [waiting ? text("Unsent", waiting) : "", bad ? text("Refused", bad) : "", !waiting && !bad && records.length ? text("AllSent") : ""];
  if (waiting && records.some((record) => record.seq === fresh && record.state === "unsent")) said.push(text("Kept"));
  if (signedOut && waiting) said.push(text("SignIn"));
  find("[data-sync-words]").textContent = said.filter(Boolean).join(" · ");
  find("[data-net]").textContent = !navigator.onLine ? text("Offline") : sending && waiting ? text("Sending") : "";
  find("[data-send]").hidden = !waiting;
  const shown = JSON.stringify(records.map(({ seq, state, fault, answer }) => [seq, state, fault, answer]));
  if (shown === drawn) return; // a line that is put anew under a finger would lose the tap
  drawn = shown;
  find("ul").replaceChildren(...records.map(line));
}

async function keepPage() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/sw.js");
  const { active } = await navigator.serviceWorker.ready;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.kept && data.about === ABOUT) box.dataset.kept = "yes";
  });
  active.postMessage({ keep: settings.keep, scope: settings.scope, about: ABOUT });
}

async function begin() {
  const found = await open(settings.scope);
  for (const record of await found.records(ABOUT)) {
    if (record.state === "sent" && Date.now() - new Date(record.at) > SHOWN_MS) await found.remove(record.seq);
  }
  await restore(found);
  store = found;
  let drawing = Promise.resolve();
  const redraw = (sending) => (drawing = drawing.then(() => draw(sending === true)).catch((fault) => console.error(fault)));
  queue = reports(store, settings.scope, { changed: redraw, signedOut: () => (signedOut = true) });
  for (const name of ["online", "offline"]) addEventListener(name, () => redraw());
  find("[data-send]").addEventListener("click", () => queue.send());
  await redraw();
  box.dataset.ready = "yes";
  if (navigator.onLine) keepPage().catch((fault) => console.warn("the page is not kept:", fault.message));
  queue.send();
}

begin().catch((fault) => console.warn("reports cannot be kept on this phone:", fault.message));
