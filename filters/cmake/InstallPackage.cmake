# Writes the CMake package that other projects find with find_package(MIR).
set(mir_package_destination "${CMAKE_INSTALL_LIBDIR}/cmake/MIR")
install(EXPORT MIRCore
  NAMESPACE MIR::
  FILE MIRCore-targets.cmake
  DESTINATION "${mir_package_destination}")
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/filters/cmake/MIRConfig.cmake.in"
  "${CMAKE_BINARY_DIR}/MIRConfig.cmake"
  INSTALL_DESTINATION "${mir_package_destination}")
write_basic_package_version_file("${CMAKE_BINARY_DIR}/MIRConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/MIRConfig.cmake" "${CMAKE_BINARY_DIR}/MIRConfigVersion.cmake"
  DESTINATION "${mir_package_destination}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/MIR")
