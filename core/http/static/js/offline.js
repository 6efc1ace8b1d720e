// On every page: signing out first empties what this phone keeps, and asks if something has not been sent yet.
const words = document.documentElement.dataset;

async function databases() {
  if (!indexedDB.databases) return [];
  return (await indexedDB.databases()).map(({ name }) => name).filter((name) => name?.startsWith("xiaoan-"));
}

async function unsentIn(name) {
  const { open } = await import("./offline/store.js");
  const store = await open(name.slice("xiaoan-".length));
  const left = (await store.everything()).filter((record) => record.state === "unsent");
  return { store, left };
}

// What was sent and what was known goes; what was not sent is the person's own word and stays until that person is back.
async function empty() {
  let unsent = 0;
  for (const name of await databases()) {
    const { store, left } = await unsentIn(name);
    unsent += left.length;
    await store.forget();
    for (const record of await store.everything()) if (record.state !== "unsent") await store.remove(record.seq);
    store.db.close();
    if (!left.length) await new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve));
  }
  for (const name of (await globalThis.caches?.keys()) ?? []) if (name.startsWith("xiaoan-page:")) await caches.delete(name);
  return unsent;
}

async function count() {
  let unsent = 0;
  for (const name of await databases()) {
    const { store, left } = await unsentIn(name);
    unsent += left.length;
    store.db.close();
  }
  return unsent;
}

// What was reported without network goes as soon as there is one, on whatever page its person is; its own page shows it.
async function sendReports() {
  const { scope } = words;
  if (!scope || !navigator.onLine || document.querySelector("[data-reports]")) return;
  if (!(await databases()).includes(`xiaoan-${scope}`)) return;
  const { store, left } = await unsentIn(`xiaoan-${scope}`);
  const { ABOUT, reports } = await import("./offline/reports.js");
  if (left.some((record) => record.about === ABOUT)) reports(store, scope, { changed() {}, signedOut() {} }).send();
  else store.db.close();
}
// Signing out waits for it: a store opened behind its back would be there again after it was emptied.
let looked = Promise.resolve();
let leaving = false;
addEventListener("load", () => {
  if (!leaving) looked = sendReports().catch((fault) => console.warn("reports stay on this phone:", fault.message));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || new URL(form.action, location.href).pathname !== "/sign-out" || form.dataset.emptied) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  leaving = true;
  (async () => {
    await looked;
    const unsent = await count();
    if (unsent && !form.dataset.asked && words.textUnsent) {
      form.dataset.asked = "yes";
      return document.dispatchEvent(new CustomEvent("x:say", { detail: words.textUnsent.replace("{n}", unsent) }));
    }
    await empty();
    form.dataset.emptied = "yes";
    form.requestSubmit();
  })().catch(() => {
    form.dataset.emptied = "yes";
    form.requestSubmit();
  });
}, true);
