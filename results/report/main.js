// Puts the parts together, and loads the page again while the run goes on.

const kDrawnAtFirst = 3;

// What the user chose survives a reload; storage may be refused, and then it does not.
const storageKey = `mlpgrid ${location.pathname}`;
function remember() {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify({
      experiment: run.experiment, drawn: [...state.drawn.keys()], filter: filterInput.value}));
  } catch { /* nothing to do */ }
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
  const own = byRank.filter((config) => trainedAs(config) === config &&
    Object.values(run.curves).some((curve) => curve.mean[config]));
  own.slice(0, kDrawnAtFirst).forEach((config, i) => state.drawn.set(config, i));
}

function reloadLater() {
  if (!run.reload_s) return;
  setTimeout(() => {
    const isBusy = ["INPUT", "SELECT"].includes(document.activeElement.tagName) && document.hasFocus();
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
