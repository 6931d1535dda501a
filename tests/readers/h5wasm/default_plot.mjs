// The plot that H5Web 16 and 17 draw when a file is opened, by the rules of their source: follow
// `default` (relative to its group) to an NXdata group; its `signal` names a dataset in it, whose
// `interpretation` "spectrum" makes it a line; `axes`, `auxiliary_signals` and NAME_errors lie in
// the group, too; `default_slice` says where the sliders stand. Throws where H5Web would not draw.
import h5wasm from "h5wasm/node";

const text = (thing, name) => {
  const attribute = thing.attrs[name];
  if (attribute === undefined) return undefined;
  if (typeof attribute.value !== "string") throw Error(`@${name} is no scalar string`);
  return attribute.value;
};

const list = (thing, name) => thing.attrs[name]?.value ?? [];

export function defaultPlot(file) {
  let group = file;
  for (let path; (path = text(group, "default")) !== undefined; ) {
    group = (path.startsWith("/") ? file : group).get(path);
    if (!(group instanceof h5wasm.Group)) throw Error(`@default leads to no group: ${path}`);
  }
  if (text(group, "NX_class") !== "NXdata") throw Error(`${group.path} is no NXdata group`);
  const child = (name) => {
    const dataset = group.get(name);
    if (!(dataset instanceof h5wasm.Dataset)) throw Error(`${group.path} has no dataset ${name}`);
    if (!(dataset.metadata.type === 0 || dataset.metadata.type === 1)) {
      throw Error(`${name} is not numeric`);
    }
    return dataset;
  };
  const sameShape = (name) => {
    if (String(child(name).shape) !== String(signal.shape)) throw Error(`${name}: another shape`);
    return name;
  };
  const signalName = text(group, "signal");
  const signal = child(signalName);
  const axes = list(group, "axes");
  if (axes.length !== signal.shape.length) throw Error("not an axis for each dimension");
  axes.forEach((axis, i) => {
    if (child(axis).shape[0] !== signal.shape[i]) throw Error(`axis ${axis}: another length`);
  });
  const auxiliary = list(group, "auxiliary_signals").map(sameShape);
  if (group.keys().includes(`${signalName}_errors`)) sameShape(`${signalName}_errors`);
  const slice = list(group, "default_slice").map((at) => (at === "." ? at : Number(at)));
  if (slice.length > 0 && !(slice.length === signal.shape.length &&
      slice.every((at, i) => at === "." || (at >= 0 && at < signal.shape[i])))) {
    throw Error("default_slice does not fit the signal");
  }
  const isLine = text(signal, "interpretation") === "spectrum" || signal.shape.length === 1;
  return { group: group.path, signal: signalName, axes, auxiliary, slice,
           drawn_as: isLine ? "line" : "image" };
}
