// What a phone keeps while there is no network: an outbox of what it has to say, and the last known state of a visit.
// One database for each tenant and person: nobody reads another's.
const VERSION = 1;

export function open(scope) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(`xiaoan-${scope}`, VERSION);
    request.onupgradeneeded = () => {
      const outbox = request.result.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
      outbox.createIndex("about", "about");
      request.result.createObjectStore("known", { keyPath: "about" });
    };
    request.onsuccess = () => resolve(new Store(request.result));
    request.onerror = () => reject(request.error);
  });
}

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

class Store {
  constructor(db) {
    this.db = db;
    db.onversionchange = () => db.close();
  }

  stage(name, mode = "readonly") {
    return this.db.transaction(name, mode, { durability: "strict" }).objectStore(name);
  }

  // A record: {about, kind, id, state: "unsent" | "sent" | "refused" | "late", body?, blob?, at, fault?, answer?}
  async add(record) {
    const at = new Date().toISOString();
    const seq = await done(this.stage("outbox", "readwrite").add({ at, state: "unsent", ...record }));
    return { at, state: "unsent", ...record, seq };
  }

  put(record) {
    return done(this.stage("outbox", "readwrite").put(record));
  }

  remove(seq) {
    return done(this.stage("outbox", "readwrite").delete(seq));
  }

  records(about) {
    return done(this.stage("outbox").index("about").getAll(about));
  }

  everything() {
    return done(this.stage("outbox").getAll());
  }

  known(about) {
    return done(this.stage("known").get(about));
  }

  know(about, value) {
    return done(this.stage("known", "readwrite").put({ ...value, about }));
  }

  forget() {
    return done(this.stage("known", "readwrite").clear());
  }
}
