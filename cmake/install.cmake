# Installs headers and libraries with package files, for `find_package(mlpgrid)` and targets such as
# mlpgrid::engine. The program and its presets are installed by experiments/.
install(DIRECTORY engine data results experiments
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mlpgrid FILES_MATCHING PATTERN "*.hpp"
  PATTERN presets EXCLUDE)

install(TARGETS mlpgrid_engine mlpgrid_bench mlpgrid_data mlpgrid_results mlpgrid_experiments mlpgrid_hdf5
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
