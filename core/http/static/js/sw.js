// Keeps the pages that must open without network, and nothing else. A page is kept only when it asks for it, in a cache
// that bears tenant, person and what it is about; signing in, out or over to another tenant empties all of them.
const PREFIX = "xiaoan-page:";
const KEPT_PAGES = [/^\/inspections\/visits\/[0-9a-f-]{36}\/go$/, /^\/hazards\/new$/];
const LEAVING = ["/sign-out", "/sign-in", "/switch"];

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  const { keep, scope, about } = event.data ?? {};
  if (keep) event.waitUntil(store(`${PREFIX}${scope}:${about}`, scope, keep).then((kept) => event.source?.postMessage({ kept, about })));
});

async function store(name, scope, urls) {
  for (const other of await caches.keys()) {
    if (other.startsWith(PREFIX) && !other.startsWith(`${PREFIX}${scope}:`)) await caches.delete(other); // somebody else's
  }
  const cache = await caches.open(name);
  await Promise.all(urls.map(async (url) => {
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-cache" });
    if (answer.ok && !answer.redirected) await cache.put(url, answer);
  }));
  return true;
}

async function forget() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && LEAVING.includes(url.pathname)) return event.waitUntil(forget());
  if (request.method !== "GET") return;
  const page = request.mode === "navigate" && KEPT_PAGES.some((pattern) => pattern.test(url.pathname));
  if (page || url.pathname.startsWith("/static/")) event.respondWith(nowOrKept(request, page));
});

async function nowOrKept(request, page) {
  try {
    return await fetch(request);
  } catch (fault) {
    const kept = await caches.match(request, { ignoreSearch: page, ignoreVary: true });
    if (kept) return kept;
    throw fault;
  }
}
