// Photo fields: previews, removal and a size check before anything is sent. The server checks again.
const fileLists = new WeakMap();

function chosen(input) {
  if (!fileLists.has(input)) fileLists.set(input, []);
  return fileLists.get(input);
}

function write(input) {
  const transfer = new DataTransfer();
  for (const file of chosen(input)) transfer.items.add(file);
  input.files = transfer.files;
}

function draw(field, input) {
  const list = field.querySelector("[data-upload-list]");
  const add = list.querySelector("label");
  for (const old of list.querySelectorAll("[data-upload-item]")) {
    URL.revokeObjectURL(old.querySelector("img").src);
    old.remove();
  }
  chosen(input).forEach((file, index) => {
    const item = document.createElement("span");
    item.className = "x-photos-item";
    item.dataset.uploadItem = "";
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.alt = file.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.setAttribute("aria-label", `${field.dataset.textRemove} ${file.name}`);
    remove.textContent = "×";
    remove.addEventListener("click", () => {
      chosen(input).splice(index, 1);
      write(input);
      draw(field, input);
      add.focus();
    });
    item.append(image, remove);
    add.before(item);
  });
  add.hidden = chosen(input).length >= Number(field.dataset.maxFiles);
}

document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-upload]");
  if (!field || event.target.type !== "file") return;
  const input = event.target;
  const kept = chosen(input);
  const faults = [];
  for (const file of input.files) {
    if (!file.type.startsWith("image/")) faults.push(`${file.name}：${field.dataset.textKind}`);
    else if (file.size > Number(field.dataset.maxBytes)) faults.push(`${file.name}：${field.dataset.textLarge}`);
    else if (kept.length >= Number(field.dataset.maxFiles)) faults.push(field.dataset.textMany);
    else if (!kept.some((other) => other.name === file.name && other.size === file.size && other.lastModified === file.lastModified)) kept.push(file);
  }
  const error = field.querySelector("[data-upload-error]");
  error.textContent = [...new Set(faults)].join("；");
  error.hidden = !faults.length;
  write(input);
  draw(field, input);
});

document.addEventListener("reset", ({ target }) => setTimeout(() => {
  for (const field of target.querySelectorAll("[data-upload]")) {
    const input = field.querySelector('input[type="file"]');
    chosen(input).length = 0;
    draw(field, input);
  }
}));

// Plain file inputs with a limit: <input type="file" data-max-bytes="…" data-text-large="…">
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.('input[type="file"][data-max-bytes]')) return;
  const large = [...input.files].find((file) => file.size > Number(input.dataset.maxBytes));
  input.setCustomValidity(large ? `${large.name}：${input.dataset.textLarge}` : "");
  input.reportValidity();
});
