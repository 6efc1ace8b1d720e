// Long work: asks the job's address how far it is until it has ended. The truth is on the server, so a reload loses nothing.
const FAST = 1000;
const SLOW = 5000;

async function follow(box) {
  const bar = box.querySelector("progress");
  const word = box.querySelector("[data-progress-word]");
  const count = box.querySelector("[data-progress-count]");
  const note = box.querySelector("[data-progress-note]");
  const result = box.querySelector("[data-progress-result]");
  while (box.isConnected && !["done", "failed"].includes(box.dataset.progressState)) {
    let wait = document.hidden ? SLOW : FAST;
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const job = await answer.json();
      box.dataset.progressState = job.state;
      box.className = `x-progress x-progress-${job.state}`;
      word.textContent = box.dataset[`text${job.state[0].toUpperCase()}${job.state.slice(1)}`] ?? job.state;
      note.textContent = job.message ?? "";
      if (job.total) {
        bar.max = job.total;
        bar.value = job.done;
        count.textContent = `${job.done.toLocaleString()}/${job.total.toLocaleString()}`;
      } else if (job.state === "done") {
        bar.max = bar.value = 1;
      }
      if (job.state === "done" && job.result_url) {
        result.href = job.result_url;
        result.hidden = false;
        // the page around the bar shows figures of the job: they are asked for anew, none stays old
        if ("progressFollow" in box.dataset) location.replace(job.result_url);
      }
      if (["done", "failed"].includes(job.state)) box.dispatchEvent(new CustomEvent("job:end", { bubbles: true, detail: job }));
    } catch {
      note.textContent = box.dataset.textLost;
      wait = SLOW;
    }
    await new Promise((next) => setTimeout(next, wait));
  }
}

const bind = (scope) => {
  for (const box of scope.querySelectorAll?.('[data-progress]:not([data-progress=""]):not([data-bound])') ?? []) {
    box.dataset.bound = "";
    follow(box);
  }
};
bind(document);
document.addEventListener("htmx:load", (event) => bind(event.detail.elt.parentNode ?? document));
