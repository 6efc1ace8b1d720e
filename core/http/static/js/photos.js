// Pictures: a viewer for galleries, a slider for before and after.
const viewer = document.querySelector("[data-viewer]");
let shown = [];
let at = 0;

function show(index) {
  at = (index + shown.length) % shown.length;
  const image = viewer.querySelector("[data-viewer-image]");
  image.src = shown[at].href;
  image.alt = shown[at].querySelector("img")?.alt ?? "";
  viewer.querySelector("[data-viewer-caption]").textContent = shown[at].dataset.caption ?? "";
  for (const step of viewer.querySelectorAll("[data-viewer-step]")) step.hidden = shown.length < 2;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-view]");
  if (link && viewer && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    shown = [...link.closest("[data-gallery]").querySelectorAll("a[data-view]")];
    show(shown.indexOf(link));
    viewer.showModal();
  }
  const step = event.target.closest("[data-viewer-step]");
  if (step) show(at + Number(step.dataset.viewerStep));
  if (event.target === viewer) viewer.close();
});
viewer?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft") show(at - 1);
  if (event.key === "ArrowRight") show(at + 1);
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-compare-range]")) return;
  event.target.closest("[data-compare]").style.setProperty("--cut", `${event.target.value}%`);
});
