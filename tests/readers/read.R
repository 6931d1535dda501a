# What rhdf5 finds: Rscript read.R FILE; every dataset and attribute as JSON, strings by their bytes.
# R's arrays are column-major with the dimensions reversed, so that its order is the file's.
suppressMessages(library(rhdf5))
file <- commandArgs(trailingOnly = TRUE)[1]

text <- function(s) {
  bytes <- vapply(enc2utf8(s), function(t) paste(charToRaw(t), collapse = ""), "")
  paste0('{"utf8": "', bytes, '"}')
}
number <- function(x) {
  sub("Inf", "Infinity", ifelse(is.na(x), "NaN", sprintf("%.17g", as.numeric(x))))
}
json <- function(values) {
  paste0("[", paste(if (is.character(values)) text(values) else number(values),
                    collapse = ","), "]")
}

objects <- h5ls(file)
paths <- ifelse(objects$group == "/", paste0("/", objects$name),
                paste(objects$group, objects$name, sep = "/"))
attributes <- c()
for (path in c("/", paths[objects$otype == "H5I_GROUP" | objects$otype == "H5I_DATASET"])) {
  # rhdf5 has no reader for DIMENSION_LIST, and says so.
  found <- suppressWarnings(h5readAttributes(file, path))
  for (name in setdiff(names(found), c("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"))) {
    attributes <- c(attributes, sprintf('"%s@%s": %s', path, name, json(found[[name]])))
  }
}
datasets <- c()
for (path in paths[objects$otype == "H5I_DATASET"]) {
  values <- h5read(file, path)
  datasets <- c(datasets, sprintf('"%s": {"shape": [%s], "values": %s}', path,
                                  paste(rev(dim(values)), collapse = ","), json(values)))
}
cat('{"datasets": {', paste(datasets, collapse = ",\n"), '},\n"attributes": {',
    paste(attributes, collapse = ",\n"), "}}\n")
