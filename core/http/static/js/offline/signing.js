// A name drawn with a finger or a pen.
export class Pad {
  constructor(canvas) {
    this.canvas = canvas;
    this.ink = canvas.getContext("2d");
    this.clear();
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.ink.beginPath();
      this.ink.moveTo(...this.at(event));
      this.drawing = true;
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.drawing) return;
      this.ink.lineTo(...this.at(event));
      this.ink.stroke();
      this.drawn = true;
    });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => (this.drawing = false));
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * this.canvas.width) / box.width, ((event.clientY - box.top) * this.canvas.height) / box.height];
  }

  clear() {
    this.ink.fillStyle = "#ffffff";
    this.ink.fillRect(0, 0, this.canvas.width, this.canvas.height);
    Object.assign(this.ink, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: "#111111" });
    this.drawn = false;
  }

  picture() {
    return new Promise((resolve) => this.canvas.toBlob(resolve, "image/png"));
  }
}
