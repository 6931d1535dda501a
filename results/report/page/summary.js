// The head of the page, and the best configuration in figures and in words.

const scoreNames = {
  accuracy: "accuracy",
  balanced_accuracy: "balanced accuracy",
  f1_macro: "macro F1",
  neg_log_loss: "negative log loss",
  r2: "R²",
  neg_mean_squared_error: "negative mean squared error",
};
const scoreName = scoreNames[run.scoring] || run.scoring;
const nFits = nConfigs * run.n_folds;

function foldsText() {
  const perRepeat = run.n_folds / run.n_repeats;
  const folds = perRepeat === 1 ? "one split" : plural(perRepeat, "fold");
  return run.n_repeats > 1 ? `${folds}, ${plural(run.n_repeats, "repeat")}` : folds;
}

function showHead() {
  byId("title").textContent = run.title;
  const state = byId("state");
  state.textContent = run.complete ? "complete" : "still running";
  state.classList.add(run.complete ? "done" : "open");
  byId("subtitle").textContent = [
    scoreName,
    plural(nConfigs, "configuration"),
    foldsText(),
    `${run.n_train_rows} training and ${run.n_held_out_rows} held-out rows`,
    run.file,
  ].join(" · ");
  if (run.complete) return;
  const progress = byId("progress");
  progress.hidden = false;
  progress.append(
      element("progress", {max: nFits, value: run.fits_done, "aria-label": "Finished fits"}),
      ` ${run.fits_done} of ${nFits} fits` +
          (run.reload_s ? "; this page reloads itself." : "; what is there so far."));
}

function spread(config) {
  return run.n_folds > 1 ? ` ± ${scoreText(columns.std_test_score[config])}` : "";
}

// How far the best is ahead, beside how much the folds differ, as a paragraph.
function lead() {
  const second = byRank.find((c) => hasScore(c) && trainedAs(c) !== trainedAs(best));
  if (second === undefined) return null;
  const difference = columns.mean_test_score[best] - columns.mean_test_score[second];
  const other = shortLabel(second);
  if (difference === 0) return element("p", {}, `It shares the first place with ${other}.`);
  const ahead = `It is ${scoreText(difference)} ahead of the next one (${other}).`;
  if (run.n_folds === 1) {
    return element(
        "p", {}, `${ahead} With a single split, there is no telling how much of that is luck.`);
  }
  const deviation = Math.max(columns.std_test_score[best], columns.std_test_score[second]);
  const beside = difference < deviation ?
      `That is less than the scores differ between folds (± ${scoreText(deviation)});` :
      `The scores differ by ± ${scoreText(deviation)} between folds;`;
  return element(
      "p", {}, `${ahead} ${beside} `, element("code", {}, "mlpgrid compare"),
      " tests whether it is real.");
}

function tile(value, name, {tone = "", filter = ""} = {}) {
  const content = [element("strong", {}, value), element("span", {}, name)];
  if (!filter) return element("div", {class: `tile ${tone}`}, ...content);
  return element(
      "button", {
        class: `tile ${tone}`,
        type: "button",
        title: "Show them in the ranking",
        onclick: () => setFilter(filter)
      },
      ...content);
}

function countTiles() {
  const counts = {};
  for (let config = 0; config < nConfigs; ++config) {
    for (const {name, tone} of outcomes(config)) {
      if (tone === "plain" && name !== "stopped early") continue;
      counts[name] = counts[name] || {configs: 0, tone};
      ++counts[name].configs;
    }
  }
  return Object.entries(counts).map(
      ([name, {configs, tone}]) =>
          tile(String(configs), name, {tone, filter: name.replace(" ", "-")}));
}

function showBest() {
  const content = byId("best-content");
  const tiles = element(
      "div", {class: "tiles-row"},
      tile(String(nConfigs), nConfigs === 1 ? "configuration" : "configurations"),
      tile(String(run.fits_done), run.fits_done === 1 ? "fit" : "fits"),
      tile(secondsText(run.fit_time_s), "of training in all"), ...countTiles());
  const notes = run.notes.map((note) => element("p", {class: "note"}, note));
  if (best < 0) {
    content.append(
        element(
            "p", {},
            run.complete ? "No configuration has a score." :
                           "No configuration has all its fits yet."),
        ...notes, tiles);
    return;
  }
  const shown = variedAxes.length > 0 ? variedAxes : axes.slice(0, 3);
  const figures = [
    ["training rows", columns.mean_train_score[best], scoreText],
    ["test set", columns.test_score && columns.test_score[best], scoreText],
    [
      "refitted, test set", run.best_model.config === best ? run.best_model.test_score : null,
      scoreText
    ],
    ["epochs", columns.n_iter[best], shortNumber],
    ["a fit takes", columns.mean_fit_time[best], secondsText],
  ].filter(([, value]) => isNumber(value));
  content.append(
      element(
          "div", {class: "winner"},
          element(
              "div", {},
              element(
                  "p", {class: "score"}, scoreText(columns.mean_test_score[best]),
                  element("span", {class: "muted"}, spread(best))),
              element("p", {class: "muted"}, `${scoreName} on held-out rows`),
              element(
                  "ul", {class: "values"},
                  ...shown.map(
                      (axis) => element(
                          "li", {}, element("span", {class: "muted"}, axis.name), " ",
                          element("strong", {}, axisText(axis.values[best]))))),
              lead(), ...notes),
          element(
              "dl", {class: "figures"},
              ...figures.map(
                  ([name, value, text]) => element(
                      "div", {}, element("dt", {}, name), element("dd", {}, text(value)))))),
      tiles);
}

function showSummary() {
  showHead();
  openSection("best");
  showBest();
}
