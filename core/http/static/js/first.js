// Runs before the body is there, unlike all other scripts: a button that asks first must ask also where it is pressed while
// forms.js is still on its way. Such a submission is held, and forms.js puts its question; where forms.js never comes, the
// browser itself asks.
(() => {
  let held = null;
  let taken = false; // forms.js has come
  const asked = (form, submitter) => submitter?.dataset.confirm || form.dataset.confirm;

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (taken || !asked(form, submitter)) return;
    if (document.readyState === "complete" && confirm(asked(form, submitter))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (document.readyState !== "complete") held = { form, submitter };
  }, true);

  const again = () => {
    const { form, submitter } = held ?? {};
    held = null;
    if (form?.isConnected) form.requestSubmit(submitter ?? undefined);
  };
  document.addEventListener("x:forms", () => ((taken = true), again()), { once: true });
  addEventListener("load", again, { once: true });
})();
