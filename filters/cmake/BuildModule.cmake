# Finds VTK (ParaView's own when the plugin is built) and builds the module MIR::Filters.
if (MIR_BUILD_PLUGIN)
  find_package(ParaView 5.11 REQUIRED)
  # ParaView 5.12 and later say which Qt they use; before, it was Qt 5.
  if (NOT DEFINED PARAVIEW_QT_MAJOR_VERSION)
    set(PARAVIEW_QT_MAJOR_VERSION 5)
  endif ()
else ()
  find_package(VTK 9.1 REQUIRED
    COMPONENTS CommonCore CommonDataModel CommonExecutionModel CommonMath CommonSystem
      FiltersSources
    OPTIONAL_COMPONENTS WrappingTools Python WrappingPythonCore)
endif ()
message(STATUS "MIR: VTK ${VTK_VERSION}, Python wrapping ${VTK_WRAP_PYTHON}, LibTorch ${MIR_WITH_TORCH}")

vtk_module_scan(
  MODULE_FILES "${PROJECT_SOURCE_DIR}/filters/vtk.module"
  PROVIDES_MODULES mir_modules
  REQUIRES_MODULES mir_required
  HIDE_MODULES_FROM_CACHE ON
  WANT_BY_DEFAULT ON)
if (VTK_WRAP_PYTHON)
  set(VTK_PYTHON_VERSION 3)
  # The interpreter that VTK was wrapped for, not whichever comes first on PATH.
  set(Python3_FIND_STRATEGY VERSION)
  if (NOT DEFINED Python3_EXECUTABLE AND EXISTS /usr/bin/python3)
    set(Python3_EXECUTABLE /usr/bin/python3)
  endif ()
  find_package(Python3 REQUIRED COMPONENTS Interpreter Development.Module)
endif ()
vtk_module_build(
  MODULES ${mir_modules}
  PACKAGE MIR
  INSTALL_EXPORT MIR
  CMAKE_DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/MIR"
  HEADERS_DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/MIR/filters")
if (VTK_WRAP_PYTHON)
  set(mir_python_destination "${CMAKE_INSTALL_LIBDIR}/python3/dist-packages")
  vtk_module_wrap_python(
    MODULES ${mir_modules}
    PYTHON_PACKAGE mir
    MODULE_DESTINATION "${mir_python_destination}"
    LIBRARY_DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    TARGET MIR::python
    INSTALL_EXPORT MIR
    INSTALL_HEADERS OFF
    BUILD_STATIC OFF)
  configure_file("${PROJECT_SOURCE_DIR}/filters/python/__init__.py"
    "${CMAKE_BINARY_DIR}/${mir_python_destination}/mir/__init__.py" COPYONLY)
  install(FILES "${PROJECT_SOURCE_DIR}/filters/python/__init__.py"
    DESTINATION "${mir_python_destination}/mir")
endif ()
