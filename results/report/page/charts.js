// Colours, and what all charts have in common. Line and heat colours keep apart for colour-blind
// eyes (Okabe and Ito's set, darkened where white paper needs it; viridis), and lines differ in
// their markers as well.

const markers =
    ["circle", "triangle", "rect", "rectRot", "crossRot", "star", "rectRounded", "cross"];
const markerSigns = ["●", "▲", "■", "◆", "✕", "✱", "▢", "✚"];
const viridis = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 73, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
];

const darkMedia = matchMedia("(prefers-color-scheme: dark)");
let printing = false;

function isDark() {
  return darkMedia.matches && !printing;
}

// A colour of the style sheet.
function styleColor(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function seriesColor(number) {
  return styleColor(`--series-${number % kMostDrawn}`);
}

function withAlpha(hex, alpha) {
  const value = parseInt(hex.slice(1), 16);
  return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, ${alpha})`;
}

// Low to high as [red, green, blue]: away from the background, so darker on white.
function heat(share) {
  const place = clamp(isDark() ? 0.12 + 0.88 * share : 0.92 * (1 - share), 0, 1);
  const at = place * (viridis.length - 1);
  const i = Math.min(Math.floor(at), viridis.length - 2);
  return viridis[i].map((low, j) => Math.round(low + (at - i) * (viridis[i + 1][j] - low)));
}

function rgb(color, alpha = 1) {
  return alpha === 1 ? `rgb(${color.join(", ")})` : `rgba(${color.join(", ")}, ${alpha})`;
}

// Black or white, whichever is easier to read on the colour (WCAG's relative luminance).
function inkOn(color) {
  const [r, g, b] = color.map((byte) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

function paintCell(cell, share) {
  const color = heat(share);
  cell.style.backgroundColor = rgb(color);
  cell.style.color = inkOn(color);
}

Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.font.family =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif";
Chart.defaults.plugins.legend.display = false;
Chart.defaults.plugins.tooltip.enabled = false;
Chart.defaults.plugins.tooltip.external = ({chart, tooltip}) => showTooltip(chart, tooltip);

// A chart's own tooltip ends at the edge of its canvas, and with it the value after a long name:
// an element of the page shows the same, with lines broken, within the window.
function showTooltip(chart, tooltip) {
  const box = byId("tooltip");
  const lines = tooltip.body.flatMap(({lines}) => lines);
  if (tooltip.opacity === 0 || lines.length === 0) {
    hideTooltip();
    return;
  }
  const marker = ({dataset}) => {
    const sign = element("span", {class: "marker"}, markerSigns[markers.indexOf(dataset.pointStyle)]);
    sign.style.color = dataset.borderColor;
    return sign;
  };
  const line = (text, i) => {  // the value, and what it is of, are what follows the last comma
    const name = text.trim().slice(0, text.trim().lastIndexOf(",") + 1);
    return element(
        "p", {}, marker(tooltip.dataPoints[i]), element("span", {class: "name"}, name), " ",
        element("span", {class: "value"}, text.trim().slice(name.length).trim()));
  };
  box.replaceChildren(
      ...tooltip.title.map((text) => element("strong", {}, text)), ...lines.map(line));
  box.hidden = false;
  box.classList.remove("short");  // names on one line each, cut off, where there are many
  if (box.offsetHeight > innerHeight / 2) box.classList.add("short");
  const canvas = chart.canvas.getBoundingClientRect();
  const x = canvas.left + tooltip.caretX;
  const y = canvas.top + tooltip.caretY;
  const edge = 8;
  const gap = 14;
  const {offsetWidth: width, offsetHeight: height} = box;
  const {clientWidth, clientHeight} = document.documentElement;
  const beside = x + gap + width + edge <= clientWidth ? x + gap : x - gap - width;
  // Where neither side has room, above or below what it speaks of.
  const covers = beside < edge;
  const top = !covers ? y - height / 2 : y - gap - height >= edge ? y - gap - height : y + gap;
  box.style.left = `${clamp(beside, edge, Math.max(edge, clientWidth - width - edge))}px`;
  box.style.top = `${clamp(top, edge, Math.max(edge, clientHeight - height - edge))}px`;
}

function hideTooltip() {
  byId("tooltip").hidden = true;
}
addEventListener("scroll", hideTooltip, {passive: true, capture: true});
addEventListener("resize", hideTooltip);

function applyTheme() {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  Chart.defaults.color = styleColor("--muted");
  Chart.defaults.borderColor = styleColor("--grid");
}
applyTheme();

function onThemeChange() {
  applyTheme();
  tell("theme");
}
darkMedia.addEventListener("change", onThemeChange);

// Paper is white, and finer than a screen; the style sheet fits the charts to its width.
const liveCharts = new Map();  // canvas -> Chart
function setPrinting(now) {
  if (printing === now) return;
  printing = now;
  Chart.defaults.devicePixelRatio = now ? 3 : undefined;
  onThemeChange();
}
addEventListener("beforeprint", () => setPrinting(true));
addEventListener("afterprint", () => setPrinting(false));

// Puts a chart on the canvas in place of the one that is there; `description` stands for it where
// it cannot be seen.
function drawChart(canvas, config, description) {
  const old = liveCharts.get(canvas);
  if (old) old.destroy();
  hideTooltip();
  canvas.setAttribute("aria-label", description);
  liveCharts.set(canvas, new Chart(canvas, config));
  return liveCharts.get(canvas);
}
