// What h5wasm finds: node read.mjs FILE; every dataset and attribute, and the plot that H5Web would
// open first, as JSON.
import h5wasm from "h5wasm/node";
import { defaultPlot } from "./default_plot.mjs";

await h5wasm.ready;
const file = new h5wasm.File(process.argv[2], "r");

// JSON has no NaN and no Infinity; Python's reader takes these names.
const json = (value) => {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (ArrayBuffer.isView(value)) value = Array.from(value);
  if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}:${json(v)}`);
  return `{${members.join(",")}}`;
};

const internal = ["CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"];
const datasets = {}, attributes = {};
const visit = (path, thing) => {
  for (const [name, attribute] of Object.entries(thing.attrs)) {
    if (!internal.includes(name)) attributes[`${path}@${name}`] = attribute.value;
  }
  if (thing instanceof h5wasm.Dataset) {
    const isScale = thing.get_scale_name() !== null;
    const dims = thing.shape.map((_, i) => thing.get_attached_scales(i)[0] ?? null);
    datasets[path] = { shape: thing.shape, dims: isScale ? [path] : dims, values: thing.value };
    return;
  }
  for (const name of thing.keys()) {
    const inner = `${path === "/" ? "" : path}/${name}`;
    if (file.get_link(inner) === null) visit(inner, thing.get(name));  // soft links are left out
  }
};
visit("/", file);
console.log(json({ datasets, attributes, plot: defaultPlot(file) }));
file.close();
