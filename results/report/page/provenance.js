// Where the numbers come from, and the experiment to run again.

const provenanceNames = {
  command_line: "command",
  preset: "preset",
  start_time: "started",
  version: "mlpgrid",
  git_commit: "commit",
  compiler: "compiler",
  isa: "instruction set",
  cpu: "CPU",
  threads: "threads",
  seed: "seed",
  data_sha256: "SHA-256 of the data",
  schema_version: "schema version",
  libc: "C library",
};

async function copyExperiment() {
  const button = byId("copy");
  try {
    await navigator.clipboard.writeText(run.experiment);
    button.textContent = "Copied";
  } catch {  // no clipboard for this page: mark the text, so that Ctrl-C takes it
    getSelection().selectAllChildren(byId("experiment"));
    button.textContent = "Marked: press Ctrl-C";
  }
  setTimeout(() => {
    button.textContent = "Copy";
  }, 2000);
}

function showProvenance() {
  openSection("provenance");
  const known = Object.keys(provenanceNames).filter((key) => key in run.provenance);
  const others = Object.keys(run.provenance).filter((key) => !(key in provenanceNames));
  const entries =
      [...known, ...others].map((key) => [provenanceNames[key] || key, run.provenance[key]]);
  entries.push(["training time in all", secondsText(run.fit_time_s)]);
  byId("provenance-list")
      .append(...entries.map(
          ([name, value]) =>
              element("div", {}, element("dt", {}, name), element("dd", {}, String(value)))));
  byId("experiment").textContent = run.experiment;
  byId("copy").addEventListener("click", copyExperiment);
}
