// Charts: options come as data beside the figure; the library is fetched only by pages that have a chart.
// Tooltips are drawn on the canvas (richText): the HTML ones need inline styles, which our policy forbids.
const root = document.documentElement;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();
let library;

function load() {
  library ??= new Promise((ready, failed) => {
    const script = document.createElement("script");
    script.src = root.dataset.echarts;
    script.onload = () => ready(window.echarts);
    script.onerror = failed;
    document.head.append(script);
  });
  return library;
}

// "--time-overdue" in an option stands for the colour of that name.
function paint(value) {
  if (typeof value === "string") return value.startsWith("--") ? token(value) || value : value;
  if (Array.isArray(value)) return value.map(paint);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, paint(inner)]));
  return value;
}

function theme() {
  const ink = token("--ink-2");
  const line = token("--line");
  const size = root.dataset.theme === "screen" ? 16 : 12;
  const font = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size, color: ink };
  const axis = {
    axisLine: { lineStyle: { color: token("--line-2") } },
    axisTick: { show: false },
    axisLabel: { ...font },
    nameTextStyle: { ...font, color: token("--ink-3") },
    splitLine: { lineStyle: { color: line } },
    splitArea: { show: false },
  };
  return {
    color: [1, 2, 3, 4, 5, 6].map((n) => token(`--series-${n}`)),
    textStyle: font,
    legend: { textStyle: font, itemWidth: 12, itemHeight: 8, itemGap: 14, icon: "roundRect", inactiveColor: token("--line-2") },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    timeAxis: axis,
    bar: { barMaxWidth: size === 16 ? 28 : 22, itemStyle: { borderRadius: 2 } },
    line: { symbolSize: 6, lineStyle: { width: 2 }, smooth: false },
    boxplot: { itemStyle: { color: token("--brand-tint"), borderColor: token("--series-1") } },
    heatmap: { label: { color: token("--ink") } },
  };
}

const base = () => ({
  animation: !still.matches,
  animationDuration: 400,
  grid: { left: 8, right: 12, top: 36, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
  tooltip: { confine: true, backgroundColor: token("--paper"), borderColor: token("--line-2"), textStyle: { color: token("--ink"), fontSize: 12 } },
  legend: { top: 0, left: 0 },
});

function merge(option) {
  const start = base();
  const out = { ...start, ...option };
  const grids = Array.isArray(option.grid) ? option.grid : [option.grid ?? {}];
  out.grid = grids.length > 1 ? grids : { ...start.grid, ...grids[0] };
  out.tooltip = { ...start.tooltip, ...option.tooltip, renderMode: "richText" };
  const many = [option.series ?? []].flat().filter((series) => series.name).length > 1;
  out.legend = option.legend === false || (!many && !option.legend) ? { show: false } : { ...start.legend, ...option.legend };
  const named = [option.yAxis ?? []].flat().some((axis) => axis.name);
  if (out.legend.show === false && grids.length < 2 && option.grid?.top === undefined) out.grid.top = named ? 28 : 14;
  return out;
}

function draw(echarts, figure) {
  const host = figure.querySelector("[data-chart-host]");
  const maps = figure.querySelector("[data-chart-maps]");
  for (const [name, shapes] of Object.entries(maps ? JSON.parse(maps.textContent) : {})) echarts.registerMap(name, shapes);
  const chart = echarts.init(host, theme(), { renderer: "canvas" });
  chart.setOption(merge(paint(JSON.parse(figure.querySelector("[data-chart-option]").textContent))));
  // A bar or point may lead on: data items with a `url`.
  chart.on("click", ({ data }) => data?.url && location.assign(data.url));
  new ResizeObserver(() => host.clientWidth && chart.resize()).observe(host);
  walk(chart, host);
}

// Arrow keys walk along the first series and read the value out through the tooltip.
function walk(chart, host) {
  let at = -1;
  host.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const count = chart.getOption().series[0]?.data?.length ?? 0;
    if (!count) return;
    at = (at + step + count) % count;
    chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: at });
  });
  host.addEventListener("blur", () => chart.dispatchAction({ type: "hideTip" }));
}

function swap(figure, toTable) {
  const button = figure.querySelector("[data-chart-switch]");
  figure.querySelector("[data-chart-table]").hidden = !toTable;
  figure.querySelector("[data-chart-host]").hidden = toTable;
  button.setAttribute("aria-pressed", String(toTable));
  button.querySelector("span").textContent = toTable ? button.dataset.textChart : button.dataset.textTable;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-switch]");
  if (button) swap(button.closest("[data-chart]"), button.getAttribute("aria-pressed") !== "true");
});

async function bind() {
  const figures = [...document.querySelectorAll("[data-chart]:not([data-bound])")];
  if (!figures.length) return;
  figures.forEach((figure) => (figure.dataset.bound = ""));
  try {
    const echarts = await load();
    for (const figure of figures) draw(echarts, figure);
  } catch {
    figures.forEach((figure) => swap(figure, true)); // without the library the numbers are still there
  }
}
bind();
document.addEventListener("htmx:load", bind);
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  const host = event.detail.elt.matches?.("[data-chart-host]") ? event.detail.elt : null;
  if (host) window.echarts?.getInstanceByDom(host)?.dispose();
});
