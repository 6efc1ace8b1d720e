// Sends the outbox in order, each record until it has a receipt. The server takes every id once, so a record whose receipt
// was lost is simply sent again.
const BATCH = 20;
const AGAIN = 15_000;

export class SignedOut extends Error {}

export class Queue {
  // ways: kind → {send(record, post) → answer} or {batch(records, post) → answers}; changed(): something to draw.
  constructor(store, about, ways, { token, changed, signedOut }) {
    Object.assign(this, { store, about, ways, token, changed, signedOut, running: false, wanted: false });
    addEventListener("online", () => this.send());
    setInterval(() => navigator.onLine && this.send(), AGAIN);
  }

  async add(record) {
    const kept = await this.store.add({ about: this.about, ...record });
    this.changed();
    this.send();
    return kept;
  }

  async send() {
    if (this.running) return void (this.wanted = true);
    this.running = true;
    try {
      do {
        this.wanted = false;
        await this.alone(() => this.round());
      } while (this.wanted);
    } catch (fault) {
      if (fault instanceof SignedOut) this.signedOut();
      else if (!(fault instanceof TypeError)) console.warn("sending stopped:", fault.message); // TypeError: no network
    } finally {
      this.running = false;
      this.changed();
    }
  }

  // Two pages of one phone do not send at once; without locks the server's receipts still keep it right.
  alone(work) {
    return navigator.locks ? navigator.locks.request(`xiaoan-send-${this.about}`, work) : work();
  }

  async round() {
    let pending = (await this.store.records(this.about)).filter((record) => record.state === "unsent");
    if (!pending.length) return;
    this.changed(true);
    const token = await this.token();
    while (pending.length) {
      const way = this.ways[pending[0].kind];
      const first = pending.findIndex((record) => record.kind !== pending[0].kind);
      const group = way.batch ? pending.slice(0, first < 0 ? BATCH : Math.min(first, BATCH)) : [pending[0]];
      await this.deliver(way, group, token);
      this.changed(true);
      pending = (await this.store.records(this.about)).filter((record) => record.state === "unsent");
    }
  }

  async deliver(way, group, token) {
    try {
      const answers = way.batch ? await way.batch(group, token) : [await way.send(group[0], token)];
      for (const [place, record] of group.entries()) await this.settle(record, answers[place] ?? {});
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      if (group.length > 1) {
        for (const record of group) await this.deliver(way, [record], token); // one faulty record must not take others with it
      } else await this.settle(group[0], { state: "refused", fault: fault.message });
    }
  }

  settle(record, answer) {
    const state = ["late", "refused"].includes(answer.state) ? answer.state : "sent";
    const kept = { ...record, state, fault: answer.fault || "", answer };
    if (state === "sent") delete kept.blob, delete kept.blobs; // arrived: the phone need not hold it any longer
    return this.store.put(kept);
  }
}

export class Refused extends Error {}

// The answer's JSON. Throws TypeError without network, SignedOut, Refused for what will never be taken, Error for "later".
export async function call(url, { method = "GET", token = "", key = "", json = null, form = null, version = null } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers["X-CSRF-Token"] = token;
  if (key) headers["Idempotency-Key"] = key;
  if (version !== null) headers["If-Match"] = `"${version}"`;
  if (json) headers["Content-Type"] = "application/json";
  const answer = await fetch(url, { method, headers, body: json ? JSON.stringify(json) : form, credentials: "same-origin", cache: "no-store", redirect: "manual" });
  if (answer.ok) return answer.status === 204 ? {} : answer.json();
  if (answer.status === 401 || answer.type === "opaqueredirect") throw new SignedOut();
  const said = await answer.json().catch(() => ({}));
  const words = [said.detail ?? said.title ?? `${answer.status}`, ...Object.values(said.fields ?? {})].join(" ");
  if ([400, 403, 404, 409, 412, 413, 415, 422].includes(answer.status)) throw new Refused(words);
  throw new Error(words);
}
