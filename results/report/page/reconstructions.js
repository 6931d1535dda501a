// What autoencoders make of a few rows: originals above, one line of images per configuration
// below.

// Dark to light over the range of the originals, or drawn as one strip where a row is no image.
function greyImage(bytes, name) {
  const {width, height} = run.reconstructions;
  const canvas = element(
      "canvas",
      {width, height, role: "img", "aria-label": name, class: height === 1 ? "strip" : "image"});
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  bytes.forEach((byte, i) => {
    const grey = byte === 255 ? [200, 0, 0] : Array(3).fill(Math.round(byte * 255 / 254));
    image.data.set([...grey, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

function imageRow(title, packed, errors) {
  const bytes = unpackBytes(packed);
  const size = run.reconstructions.width * run.reconstructions.height;
  return element(
      "tr", {}, element("th", {scope: "row"}, ...title),
      ...run.reconstructions.rows.map(
          (row, i) => element(
              "td", {},
              greyImage(
                  bytes.subarray(i * size, (i + 1) * size),
                  errors ? `reconstruction of row ${row}` : `row ${row}`),
              element("span", {class: "muted"}, errors ? numberText(errors[i]) : `row ${row}`))));
}

function showReconstructions() {
  const found = run.reconstructions;
  if (!found || found.configs.length === 0) return;
  openSection("reconstructions");
  byId("reconstructions-table")
      .append(element(
          "tbody", {}, imageRow(["originals"], found.originals),
          ...found.configs.map(
              ([config, packed, errors]) => imageRow(
                  [
                    shortLabel(config),
                    element(
                        "span", {class: "muted"},
                        `mean error ${
                            numberText(errors.reduce((sum, e) => sum + e, 0) / errors.length)}`)
                  ],
                  packed, errors))));
  byId("reconstructions-note").textContent =
      "Below each image: its mean squared error. The first fold of each configuration" +
      (found.n > found.configs.length ? `; the best ${found.configs.length} of ${found.n}.` : ".");
}
