// Requests made by htmx: the CSRF token goes along, failures are said in words, focus follows an alert.
const words = document.documentElement.dataset;

function say(text) {
  const box = document.getElementById("alerts");
  if (!box) return;
  const alert = document.createElement("div");
  alert.className = "x-alert x-alert-bad";
  alert.setAttribute("role", "alert");
  alert.textContent = text;
  box.replaceChildren(alert);
  box.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.headers["X-CSRF-Token"] = token;
});

document.addEventListener("x:say", (event) => say(event.detail));
document.addEventListener("htmx:sendError", () => say(words.textFailed));
document.addEventListener("htmx:timeout", () => say(words.textFailed));

// A proxy's own error page is a whole document: never put it inside ours.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status >= 400 && /^\s*<(!doctype|html)/i.test(xhr.responseText)) {
    event.detail.shouldSwap = false;
    say(words.textFault);
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "alerts") event.detail.target.scrollIntoView({ block: "nearest" });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss], [data-back], [data-reload], [data-print]");
  if (!button) return;
  if ("dismiss" in button.dataset) button.closest(".x-alert")?.remove();
  if ("back" in button.dataset) history.back();
  if ("reload" in button.dataset) location.reload();
  if ("print" in button.dataset) window.print();
});
