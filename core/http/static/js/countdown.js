// Time left in an exam. The server's clock decides: this only shows it, and asks the server for the page once it is over.
const two = (number) => String(number).padStart(2, "0");

for (const clock of document.querySelectorAll("[data-countdown]")) {
  const face = clock.querySelector("[data-countdown-face]");
  const ahead = Date.now() - Date.parse(clock.dataset.now); // how far this device is from the server
  const ends = Date.parse(clock.dataset.ends) + ahead;
  const show = () => {
    const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    face.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
    if (seconds === 0 && Date.now() > ends + 1000) {
      clearInterval(timer);
      location.reload();
    }
  };
  const timer = setInterval(show, 250);
  show();
}
