# Installs libraries, their public headers and package files, for `find_package(mlpgrid)` and targets
# such as mlpgrid::engine. The program and its presets are installed by experiments/.

# What a user of the libraries needs to make an experiment, load its data, plan and train its fits,
# and read results. They include each other and the standard library, nothing else
# (tests/package/package_test.py).
set(public_headers
  data/dataset.hpp
  data/load/load.hpp
  data/load/make_splits.hpp
  data/scaler.hpp
  data/splits.hpp
  engine/data_view.hpp
  engine/fit.hpp
  engine/functions.hpp
  engine/predict.hpp
  experiments/options/experiment.hpp
  experiments/options/experiment_file.hpp
  experiments/options/resolve.hpp
  experiments/options/usage_error.hpp
  experiments/plan/grid.hpp
  experiments/plan/plan.hpp
  results/fit_values.hpp
  results/hdf5/read.hpp
  results/journal/read_results.hpp
  results/ranking.hpp
  results/record_grid.hpp
  results/results_file.hpp
  results/row_list.hpp
  results/run.hpp)
foreach(header IN LISTS public_headers)
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${PROJECT_SOURCE_DIR}/${header}
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mlpgrid/${folder})
endforeach()

install(TARGETS
  mlpgrid_engine mlpgrid_bench mlpgrid_data mlpgrid_results mlpgrid_experiments mlpgrid_hdf5
  EXPORT mlpgridTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT mlpgridTargets NAMESPACE mlpgrid::
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mlpgrid)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/mlpgridConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/mlpgridConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mlpgrid)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/mlpgridConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/mlpgridConfig.cmake cmake/libraries.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/mlpgridConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mlpgrid)
