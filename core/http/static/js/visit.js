// 检查执行: every tap is kept on the phone first, then sent. Texts come from the page; nothing here speaks.
import { Queue, SignedOut, call } from "./offline/queue.js";
import { shrink } from "./offline/shrink.js";
import { Pad } from "./offline/signing.js";
import { open } from "./offline/store.js";

const root = document.querySelector("[data-visit]");
const words = root.dataset;
const settings = JSON.parse(document.getElementById("visit-settings").textContent);
const about = `visit:${settings.visit}`;
const text = (name, values = {}) => Object.entries(values).reduce((said, [key, value]) => said.replaceAll(`{${key}}`, value), words[`text${name}`] ?? "");
const find = (selector, from = root) => from.querySelector(selector);

let state = JSON.parse(document.getElementById("visit-state").textContent);
let records = [];
let store, queue, device;
let signedOut = false;
let sending = false;
const writing = new Map(); // id → record that is on its way into the store: the next tap, and what is said to be unsent, must know of it
const pictures = new Map(); // photo id → address of its bytes on this phone

// --- what is known -------------------------------------------------------------------------------------------------------

const unsent = (kind) => records.filter((record) => record.state === "unsent" && (!kind || record.kind === kind));

// Where each item stands here: what the server has, with this phone's own unsent versions laid over it in order.
function standing() {
  const heads = structuredClone(state.heads);
  for (const record of unsent("answer")) {
    const own = { ...record.body, mine: true };
    const before = (heads[own.item] ?? []).filter((head) => !own.bases.includes(head.id) && head.id !== own.id);
    heads[own.item] = [...before, own];
  }
  return heads;
}

function learn(news) {
  if (news.rev !== undefined && news.rev < state.rev && !news.receipts) return;
  state = { ...state, ...news, heads: { ...(news.receipts ? state.heads : {}), ...news.heads } };
  delete state.receipts;
  store.know(about, { state });
}

async function refresh() {
  learn(await call(`${settings.base}/work`));
  signedOut = false;
  return state.csrf;
}

async function digest(heads) {
  const lines = Object.keys(heads).sort().map((item) => `${item} ${heads[item].map((head) => head.id).sort().join(" ")}`);
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\n")));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- what is sent --------------------------------------------------------------------------------------------------------

const form = (fields, blob, name) => {
  const data = new FormData();
  for (const [key, value] of Object.entries(fields)) data.set(key, value);
  data.set("file", blob, name);
  return data;
};
const WAYS = {
  answer: {
    batch: async (group, token) => {
      const body = { answers: group.map((record) => record.body) };
      const news = await call(`${settings.base}/answers`, { method: "POST", token, key: crypto.randomUUID(), json: body });
      learn(news);
      return group.map((record) => news.receipts.find((receipt) => receipt.id === record.id) ?? { state: "refused" });
    },
  },
  photo: {
    send: async (record, token) => {
      const receipt = await call(`${settings.base}/photos`, { method: "POST", token, key: crypto.randomUUID(), form: form(record.body, record.blob, "photo.jpg") });
      state.photos = [...new Set([...state.photos, record.id])];
      return receipt;
    },
  },
  signature: {
    send: (record, token) => call(`${settings.base}/signatures`, { method: "POST", token, key: crypto.randomUUID(), form: form(record.body, record.blob, "signature.png") }),
  },
  finding: {
    send: (record, token) => call(`${settings.base}/findings`, { method: "POST", token, key: crypto.randomUUID(), json: record.body }),
  },
};

// --- what people do ------------------------------------------------------------------------------------------------------

const codeOf = (element) => element.closest("[data-item]").dataset.item;
const current = (code) => standing()[code]?.at(-1);

// It counts as unsent from the tap on, not only once the store has it.
function keep(record) {
  const kept = { ...record, state: "unsent" };
  writing.set(kept.id, kept);
  records.push(kept);
  drawSync();
  return queue.add(record);
}

function answer(code, changes) {
  const heads = standing()[code] ?? [];
  const before = heads.at(-1);
  const verdict = changes.verdict ?? before?.verdict;
  if (!verdict) return;
  const id = crypto.randomUUID();
  const body = {
    id, item: code, verdict, device, answered_at: new Date().toISOString(), points: verdict === "na" ? null : (before?.points ?? null), note: before?.note ?? "",
    photos: before?.photos ?? [], bases: heads.map((head) => head.id), ...changes,
  };
  if (body.verdict === "na") body.points = null;
  keep({ kind: "answer", id, body });
}

root.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.verdict) {
    const section = button.closest("[data-item]");
    const most = Number(section.dataset.points);
    const points = !most || button.dataset.verdict === "na" ? null : button.dataset.verdict === "pass" ? most : Math.min(Number(find("[data-points-given]", section).value) || 0, most - 1);
    answer(codeOf(button), { verdict: button.dataset.verdict, points });
  }
  if ("report" in button.dataset) {
    const id = crypto.randomUUID();
    button.hidden = true;
    keep({ kind: "finding", id, body: { id, item: codeOf(button) } });
  }
  if (button.dataset.takeHead) {
    const code = codeOf(button);
    const chosen = standing()[code].find((head) => head.id === button.dataset.takeHead);
    answer(code, { verdict: chosen.verdict, points: chosen.points, note: chosen.note, photos: chosen.photos });
  }
  if (button.dataset.dropPhoto) answer(codeOf(button), { photos: current(codeOf(button)).photos.filter((photo) => photo !== button.dataset.dropPhoto) });
  if ("send" in button.dataset) queue.send();
  if ("finish" in button.dataset) finish(button);
});

root.addEventListener("change", async (event) => {
  const field = event.target;
  if (field.matches("[data-note]")) answer(codeOf(field), { note: field.value.trim() });
  if (field.matches("[data-points-given]")) {
    const most = Number(field.max);
    const points = Math.max(0, Math.min(most, Math.round(Number(field.value) || 0)));
    answer(codeOf(field), { points, verdict: points < most ? "fail" : "pass" });
  }
  if (field.matches("[data-shoot]") && field.files[0]) {
    const code = codeOf(field);
    const blob = await shrink(field.files[0]);
    field.value = "";
    const id = crypto.randomUUID();
    pictures.set(id, URL.createObjectURL(blob));
    await keep({ kind: "photo", id, blob, body: { id, item: code, taken_at: new Date().toISOString() } });
    answer(code, { photos: [...(current(code)?.photos ?? []), id] });
  }
});

for (const box of root.querySelectorAll("[data-sign]")) {
  const pad = new Pad(find("[data-pad]", box));
  const fault = find("[data-sign-fault]", box);
  const say = (words) => Object.assign(fault, { textContent: words, hidden: !words });
  find("[data-sign-clear]", box).addEventListener("click", () => pad.clear());
  find("[data-sign-keep]", box).addEventListener("click", async () => {
    const name = find("[data-sign-name]", box).value.trim();
    say(!name ? text("Name") : !pad.drawn ? text("Draw") : "");
    if (!name || !pad.drawn) return;
    const id = crypto.randomUUID();
    const body = { id, role: box.dataset.sign, name, digest: await digest(standing()), signed_at: new Date().toISOString() };
    await keep({ kind: "signature", id, blob: await pad.picture(), body });
  });
}

async function finish(button) {
  const fault = find("[data-finish-fault]");
  const say = (words) => {
    Object.assign(fault, { textContent: words, hidden: !words });
    if (words) fault.scrollIntoView({ block: "center" });
  };
  say("");
  await queue.send();
  const missing = await lacking();
  if (missing) return say(missing);
  button.disabled = true;
  try {
    const token = await refresh();
    await call(`${settings.base}/finish`, { method: "POST", token, version: state.version, json: { summary: find("[data-summary]").value.trim() } });
    location.assign(settings.done);
  } catch (problem) {
    say(problem instanceof TypeError ? text("NeedNetwork") : problem instanceof SignedOut ? text("SignIn") : problem.message);
  } finally {
    button.disabled = false;
  }
}

// Why the visit cannot be finished yet, in words; the server has the last one.
async function lacking() {
  const heads = standing();
  const sections = [...root.querySelectorAll("[data-item]")];
  const open = sections.filter((section) => !heads[section.dataset.item]?.length).length;
  if (open) return text("Open", { n: open });
  const torn = sections.filter((section) => heads[section.dataset.item].length > 1).length;
  if (torn) return text("Torn", { n: torn });
  const bare = sections.filter((section) => section.dataset.photo && heads[section.dataset.item][0].verdict === "fail" && !heads[section.dataset.item][0].photos.length).length;
  if (bare) return text("PhotoMissing", { n: bare });
  const now = await digest(heads);
  const roles = [...root.querySelectorAll("[data-sign]")].map((box) => box.dataset.sign);
  const signed = signatures();
  if (roles.some((role) => !signed[role])) return text("SignMissing");
  if (roles.some((role) => signed[role] !== now)) return text("SignAgain");
  return unsent().length ? text("Wait") : "";
}

// role → digest that was signed last, here or elsewhere.
function signatures() {
  const own = records.filter((record) => record.kind === "signature" && ["unsent", "sent"].includes(record.state)).map((record) => [record.body.role, record.body.digest]);
  return Object.fromEntries([...state.signed, ...own]);
}

// --- what is shown -------------------------------------------------------------------------------------------------------

async function draw() {
  const stored = await store.records(about);
  for (const record of stored) writing.delete(record.id);
  records = [...stored, ...writing.values()];
  const heads = standing();
  for (const section of root.querySelectorAll("[data-item]")) drawItem(section, heads[section.dataset.item] ?? []);
  drawSync();
  await drawSigns(heads);
  const sections = root.querySelectorAll("[data-item]").length;
  const torn = Object.values(heads).filter((own) => own.length > 1).length;
  find("[data-progress]").textContent = text("Answered", { n: Object.keys(heads).length, t: sections }) + (torn ? ` · ${text("Torn", { n: torn })}` : "");
}

function drawItem(section, heads) {
  const code = section.dataset.item;
  const torn = heads.length > 1;
  const head = heads.at(-1);
  for (const button of section.querySelectorAll("[data-verdict]")) button.setAttribute("aria-pressed", String(!torn && head?.verdict === button.dataset.verdict));
  const note = find("[data-note]", section);
  if (document.activeElement !== note) note.value = head?.note ?? "";
  const points = find("[data-points-given]", section);
  if (points && document.activeElement !== points) points.value = head?.points ?? "";
  find("[data-more]", section).hidden = !head;
  drawPhotos(find("[data-photos]", section), head?.photos ?? []);
  drawTorn(section, torn ? heads : []);
  const finding = state.findings.find((own) => own.item === code);
  const asked = records.find((record) => record.kind === "finding" && record.body.item === code && record.state !== "refused");
  const report = find("[data-report]", section);
  report.hidden = torn || head?.verdict !== "fail" || Boolean(finding || asked);
  const reported = find("[data-reported]", section);
  reported.hidden = !(finding || asked);
  const answered = finding ?? asked?.answer;
  reported.textContent = asked?.state === "unsent" ? text("Reporting") : `${answered?.again ? text("Again") : text("Reported")} ${answered?.no ?? ""}`;
  const mine = records.filter((record) => record.kind !== "signature" && record.body.item === code);
  const worst = ["refused", "late", "unsent", "sent"].find((name) => mine.some((record) => record.state === name));
  pill(find("[data-item-state]", section), worst);
}

function pill(element, name) {
  element.textContent = name ? text(`State${name[0].toUpperCase()}${name.slice(1)}`) : "";
  element.dataset.tone = name === "late" ? "refused" : (name ?? "");
}

function drawPhotos(box, photos) {
  if (box.dataset.drawn === photos.join()) return;
  box.dataset.drawn = photos.join();
  box.replaceChildren(...photos.map((photo, place) => {
    const figure = document.createElement("figure");
    const address = pictures.get(photo);
    if (address) figure.append(Object.assign(document.createElement("img"), { src: address, alt: text("Photos", { n: place + 1 }) }));
    else figure.append(Object.assign(document.createElement("figcaption"), { textContent: text("Photos", { n: place + 1 }) }));
    const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    drop.dataset.dropPhoto = photo;
    drop.setAttribute("aria-label", text("Remove"));
    figure.append(drop);
    return figure;
  }));
}

function drawTorn(section, heads) {
  find("[data-torn]", section).hidden = !heads.length;
  const choices = find("[data-torn-choices]", section);
  const heard = heads.map((head) => head.id).join();
  if (choices.dataset.drawn === heard) return; // a button that is put anew under a finger would lose the tap
  choices.dataset.drawn = heard;
  choices.replaceChildren(...heads.map((head) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn" });
    button.dataset.takeHead = head.id;
    const at = new Date(head.answered_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const said = [head.device === device ? text("Here") : text("There"), at, text(head.verdict[0].toUpperCase() + head.verdict.slice(1))];
    if (head.points !== null) said.push(text("Points", { n: head.points }));
    if (head.note) said.push(head.note);
    if (head.photos.length) said.push(text("Photos", { n: head.photos.length }));
    button.textContent = `${said.join(" · ")} — ${text("Take")}`;
    return button;
  }));
}

function drawSync() {
  const box = find("[data-sync]");
  const waiting = unsent().length;
  const bad = records.filter((record) => ["refused", "late"].includes(record.state));
  box.dataset.tone = bad.length ? "refused" : waiting ? "unsent" : "sent";
  box.dataset.stored = writing.size ? "no" : "yes"; // once it is, leaving the page loses nothing
  const said = [waiting ? text("Unsent", { n: waiting }) : bad.length ? "" : text("AllSent")];
  if (bad.length) said.push(text("Refused", { n: bad.length }));
  if (signedOut) said.push(text("SignIn"));
  find("[data-sync-words]").textContent = said.filter(Boolean).join(" · ");
  find("[data-net]").textContent = !navigator.onLine ? text("Offline") : sending && waiting ? text("Sending") : "";
  find("[data-send]").hidden = !waiting;
  const shown = [...records.filter((record) => record.state === "unsent"), ...bad];
  const list = find("[data-sync-list]");
  list.hidden = !shown.length;
  find("ul", list).replaceChildren(...shown.map((record) => {
    const item = record.body.item ? find(`[data-item="${CSS.escape(record.body.item)}"] h3`)?.textContent : "";
    const kind = text(`Kind${record.kind[0].toUpperCase()}${record.kind.slice(1)}`);
    const name = text(`State${record.state[0].toUpperCase()}${record.state.slice(1)}`);
    return Object.assign(document.createElement("li"), { textContent: [kind, item, name, record.fault].filter(Boolean).join(" · ") });
  }));
}

async function drawSigns(heads) {
  const signed = signatures();
  const now = await digest(heads);
  for (const box of root.querySelectorAll("[data-sign]")) {
    const element = find("[data-sign-state]", box);
    const own = signed[box.dataset.sign];
    element.textContent = !own ? "" : own === now ? text("Signed") : text("SignAgain");
    element.dataset.tone = !own ? "" : own === now ? "sent" : "unsent";
  }
}

// --- begin ---------------------------------------------------------------------------------------------------------------

let drawing = Promise.resolve();
const redraw = (now = sending) => {
  sending = now === true;
  drawing = drawing.then(draw).catch((fault) => console.error(fault));
  return drawing;
};

function deviceName() {
  let name = localStorage.getItem("xiaoan-device");
  if (!name) localStorage.setItem("xiaoan-device", (name = crypto.randomUUID().slice(0, 8)));
  return name;
}

async function keepPage() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/sw.js");
  const { active } = await navigator.serviceWorker.ready;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.kept && data.about === about) root.dataset.kept = "yes";
  });
  active.postMessage({ keep: settings.keep, scope: settings.scope, about });
}

async function begin() {
  device = deviceName();
  store = await open(settings.scope);
  const before = await store.known(about);
  if (before && before.state.rev > state.rev) state = before.state;
  for (const record of await store.records(about)) if (record.kind === "photo" && record.blob) pictures.set(record.id, URL.createObjectURL(record.blob));
  queue = new Queue(store, about, WAYS, { token: refresh, changed: redraw, signedOut: () => (signedOut = true) });
  await redraw();
  root.dataset.ready = "yes";
  if (navigator.onLine) {
    keepPage().catch((fault) => console.warn("the page is not kept:", fault.message));
    refresh().then(redraw, (fault) => (signedOut = fault instanceof SignedOut));
  }
  queue.send();
  for (const name of ["online", "offline"]) addEventListener(name, () => redraw());
  setInterval(() => navigator.onLine && !unsent().length && refresh().then(redraw, () => {}), 20_000);
}

begin().catch((fault) => {
  console.warn(fault);
  find("[data-sync-words]").textContent = text("Storage");
});
