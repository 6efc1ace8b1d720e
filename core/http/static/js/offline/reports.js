// 随手拍: how a report that this phone keeps is sent, photos and words in one, until it has its receipt. The report's id is
// made here, so the server takes it once however often it comes. Times go as ages: the phone's clock need not be right.
import { Queue, SignedOut, call } from "./queue.js";

export const ABOUT = "reports";
const ADDRESS = "/hazards/new/kept";
const age = (at) => Math.max(0, Math.round((Date.now() - new Date(at)) / 1000));

function form(record) {
  const data = new FormData();
  for (const [name, value] of record.body.fields) data.append(name, value);
  for (const { field, blob, name, at } of record.blobs) {
    data.append(field, blob, name);
    data.append(`age.${field}`, age(at));
  }
  data.set("id", record.id);
  data.set("age_s", age(record.at));
  return data;
}

// hooks: changed(), signedOut() as the queue has them.
export function reports(store, scope, hooks) {
  const token = async () => {
    const ready = await call(ADDRESS);
    if (ready.scope !== scope) throw new SignedOut(); // somebody else signed in meanwhile
    return ready.csrf;
  };
  const send = (record, csrf) => call(ADDRESS, { method: "POST", token: csrf, key: crypto.randomUUID(), form: form(record) });
  return new Queue(store, ABOUT, { report: { send } }, { token, ...hooks });
}
