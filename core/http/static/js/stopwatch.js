// A drill's stopwatch. The server's clock counts: what runs here is only shown, and a reload loses nothing.
const two = (number) => String(number).padStart(2, "0");

for (const watch of document.querySelectorAll("[data-stopwatch]")) {
  const face = watch.querySelector("[data-stopwatch-face]");
  const word = watch.querySelector("[data-stopwatch-word]");
  const ahead = Date.now() - Date.parse(watch.dataset.now); // how far this device is from the server
  const started = Date.parse(watch.dataset.started) + ahead;
  const show = () => {
    const seconds = Math.max(0, Math.floor((Date.now() - started) / 1000));
    face.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
    if (seconds > Number(watch.dataset.target) && !watch.classList.contains("x-stopwatch-over")) {
      watch.classList.add("x-stopwatch-over");
      word.textContent = watch.dataset.textOver;
    }
  };
  show();
  setInterval(show, 250);
}
