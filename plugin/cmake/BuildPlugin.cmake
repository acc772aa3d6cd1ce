# Builds the ParaView plugin MIR.
paraview_plugin_scan(
  PLUGIN_FILES "${PROJECT_SOURCE_DIR}/plugin/paraview.plugin"
  PROVIDES_PLUGINS mir_plugins
  REQUIRES_MODULES mir_plugin_modules
  ENABLE_BY_DEFAULT ON)
paraview_plugin_build(
  TARGET MIR::plugin
  INSTALL_EXPORT MIRPlugin
  CMAKE_DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/MIR"
  RUNTIME_DESTINATION "${CMAKE_INSTALL_BINDIR}"
  LIBRARY_DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  LIBRARY_SUBDIRECTORY "${PARAVIEW_PLUGIN_SUBDIR}"
  PLUGINS_FILE_NAME "mir.plugins.xml"
  PLUGINS ${mir_plugins}
  AUTOLOAD ${mir_plugins})
