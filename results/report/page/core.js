// The run, and what every part of the page needs: elements, numbers as text, packed numbers, and
// the state that the parts share.

const run = JSON.parse(document.getElementById("run").textContent);
const columns = run.columns;
const nConfigs = columns.label.length;

function byId(id) {
  return document.getElementById(id);
}

// An element. Text goes in as text nodes, never as markup: labels come from files of anybody.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on"))
      made.addEventListener(name.slice(2), value);
    else if (value === true)
      made.setAttribute(name, "");
    else if (value !== false && value !== undefined)
      made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// Shows a section and lists it in the contents.
function openSection(id) {
  byId(id).hidden = false;
  byId("contents").append(element("a", {href: `#${id}`}, byId(`${id}-title`).textContent));
}

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

// Four digits after the point for scores and the like, four in all for what is tiny or huge.
function numberText(value) {
  if (!isNumber(value)) return "–";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return String(value);
  if (size >= 1e-3 && size < 1e4) return value.toFixed(4);
  return value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e");
}

function scoreText(value) {
  return isNumber(value) && Math.abs(value) < 1e4 ? value.toFixed(4) : numberText(value);
}

function shortNumber(value) {
  return Number(value.toPrecision(4)).toString();
}

function secondsText(seconds) {
  if (!isNumber(seconds)) return "–";
  if (seconds < 0.01) return `${Number((1000 * seconds).toPrecision(2))} ms`;
  if (seconds < 1) return `${Math.round(1000 * seconds)} ms`;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

function extent(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!isNumber(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function unpackBytes(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes;
}

// The upper three bytes of each float32, little-endian.
function unpackFloats(base64) {
  const bytes = unpackBytes(base64);
  const words = new Uint32Array(bytes.length / 3);
  for (let i = 0; i < words.length; ++i) {
    words[i] = (bytes[3 * i] << 8) | (bytes[3 * i + 1] << 16) | (bytes[3 * i + 2] << 24);
  }
  return new Float32Array(words.buffer);
}

// Axes: {name, values of the configs, distinct: numbers rising, words in the order of the grid}.
const axes = Object.keys(columns).filter((name) => name.startsWith("param_")).map((name) => {
  const distinct = [...new Set(columns[name])];
  if (distinct.every(isNumber)) distinct.sort((a, b) => a - b);
  return {name: name.slice("param_".length), values: columns[name], distinct};
});
const variedAxes = axes.filter((axis) => axis.distinct.length > 1);

function axisText(value) {
  return isNumber(value) ? shortNumber(value) : String(value);
}

// "relu, alpha 0.1": what tells this config from the others; numbers need the name of their axis.
function shortLabel(config) {
  if (variedAxes.length === 0) return columns.label[config] || `config ${config}`;
  return variedAxes
      .map(({name, values}) => {
        const text = axisText(values[config]);
        return /^[-.\d]/.test(text) ? `${name} ${text}` : text;
      })
      .join(", ");
}

// Configs from best to worst, those without a score last.
const byRank = [...Array(nConfigs).keys()].sort(
    (a, b) => columns.rank_test_score[a] - columns.rank_test_score[b] || a - b);
const hasScore = (config) => isNumber(columns.mean_test_score[config]);
const best = byRank.length > 0 && hasScore(byRank[0]) ? byRank[0] : -1;

// Whose fits a config shares.
function trainedAs(config) {
  return columns.alias_of[config];
}

// What went otherwise than planned: [{name, count of fits, tone, explanation}].
const endingNames = ["not_run", "converged", "max_epochs", "early_stopped", "diverged", "failed"];
function outcomes(config) {
  const [notRun, converged, maxEpochs, stopped, diverged, failed] = run.endings[config];
  const collapsed = columns.collapsed ? columns.collapsed[config] : 0;
  return [
    {name: "failed", count: failed, tone: "bad", why: "ended with an error"},
    {name: "diverged", count: diverged, tone: "bad", why: "the loss was no longer finite"},
    {
      name: "collapsed",
      count: collapsed,
      tone: "bad",
      why: "every held-out row got the same class"
    },
    {name: "not run", count: notRun, tone: "open", why: "still to come"},
    {
      name: "stopped early",
      count: stopped,
      tone: "plain",
      why: "no improvement on validation rows"
    },
    {name: "converged", count: converged, tone: "plain", why: "the loss no longer fell"},
    {name: "all epochs", count: maxEpochs, tone: "plain", why: "ran to max-iter"},
  ].filter((outcome) => outcome.count > 0);
}

// What the parts share. They listen for changes of it.
const kMostDrawn = 8;
const state = {
  drawn: new Map(),  // config -> number of its colour
  visible: byRank,   // configs that the filter lets through
};
const listeners = {
  drawn: [],
  visible: [],
  theme: []
};

function tell(what) {
  for (const listener of listeners[what]) listener();
}

function toggleDrawn(config) {
  if (state.drawn.has(config)) {
    state.drawn.delete(config);
  } else {
    if (state.drawn.size >= kMostDrawn) state.drawn.delete(state.drawn.keys().next().value);
    const used = new Set(state.drawn.values());
    let colour = 0;
    while (used.has(colour)) ++colour;
    state.drawn.set(config, colour);
  }
  tell("drawn");
}

// A <select> with a label; options are [value, text].
function selectBox(text, options, chosen, onchange) {
  const select = element(
      "select", {onchange: () => onchange(select.value)},
      ...options.map(([value, shown]) => element("option", {value}, shown)));
  select.value = chosen;
  return element("label", {}, text, " ", select);
}

function checkBox(text, checked, onchange) {
  const box = element("input", {type: "checkbox", checked, onchange: () => onchange(box.checked)});
  return element("label", {class: "check"}, box, text);
}
