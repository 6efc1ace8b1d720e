// Rebuilds core/http/static/img/icons.svg from the names in icons.txt:
//   npm install --no-save @tabler/icons@3.51.0 && node icons.mjs
// The sprite is committed: the icon package is 50 MB, and an installation needs a hundred of its files.
import { readFileSync, writeFileSync } from "node:fs";

const names = readFileSync("icons.txt", "utf8").split(/\s+/).filter(Boolean).sort();
const symbol = (name) => {
  const svg = readFileSync(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
  const shapes = svg
    .slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"))
    .replace(/<path stroke="none"[^>]*>/, "")
    .replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
};
const licence = "<!-- Tabler Icons 3.51.0, MIT licence, copyright 2020-2026 Pawel Kuna; selection in assets/icons.txt -->";
writeFileSync(
  "../core/http/static/img/icons.svg",
  `<svg xmlns="http://www.w3.org/2000/svg">\n${licence}\n${names.map(symbol).join("\n")}\n</svg>\n`,
);
