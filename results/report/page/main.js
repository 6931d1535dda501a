// Puts the parts together, and loads the page again while the run goes on.

const kDrawnAtFirst = 3;

// What the user chose survives a reload; storage may be refused, and then it does not.
const storageKey = `mlpgrid ${location.pathname}`;
function remember() {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify({
      experiment: run.experiment,
      drawn: [...state.drawn.keys()],
      filter: filterInput.value
    }));
  } catch { /* nothing to do */
  }
}
function recall() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(storageKey));
    return kept && kept.experiment === run.experiment ? kept : null;
  } catch {
    return null;
  }
}

function chooseAtFirst() {
  const kept = run.reload_s ? recall() : null;
  if (kept) {
    filterInput.value = kept.filter;
    kept.drawn.forEach((config, i) => state.drawn.set(config, i));
    return;
  }
  const hasCurve = (config) => Object.values(run.curves).some((curve) => curve.mean[config]);
  const scores = new Set();  // equals would lie on top of each other
  for (const config of byRank) {
    const score = columns.mean_test_score[config];
    if (!hasCurve(config) || scores.has(score)) continue;
    scores.add(score);
    if (scores.size <= kDrawnAtFirst) state.drawn.set(config, state.drawn.size);
  }
}

function reloadLater() {
  if (!run.reload_s) return;
  setTimeout(() => {
    const isBusy =
        ["INPUT", "SELECT"].includes(document.activeElement.tagName) && document.hasFocus();
    if (isBusy) {
      reloadLater();
    } else {
      remember();
      location.reload();
    }
  }, 1000 * run.reload_s);
}

chooseAtFirst();
showSummary();
showTable();
showCurves();
showParallel();
showHeatMap();
showConfusion();
showMaps();
showReconstructions();
showProvenance();
reloadLater();
