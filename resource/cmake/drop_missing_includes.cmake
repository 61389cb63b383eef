# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
#
# Drop include directories that do not exist from all imported targets.
#
# ROS 2 packages installed as Python wheels export the Python include directory of the machine
# they were built on. It does not exist here and CMake refuses to generate. The right one is found
# by find_package(Python3) anyway. On an ordinary ROS 2 installation there is nothing to drop.
#
# Include it before the first find_package(), or, in a project that knows nothing of wheels, pass
# it as -DCMAKE_PROJECT_INCLUDE=FILE.

include_guard(GLOBAL)

function(drop_missing_includes)
  get_property(targets DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" PROPERTY IMPORTED_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(directories ${target} INTERFACE_INCLUDE_DIRECTORIES)
    if(NOT directories)
      continue()
    endif()
    set(existing "")
    foreach(directory IN LISTS directories)
      # A generator expression is only known later: it stays.
      if(directory MATCHES "\\$<" OR IS_DIRECTORY "${directory}")
        list(APPEND existing "${directory}")
      endif()
    endforeach()
    set_target_properties(${target} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${existing}")
  endforeach()
endfunction()

# Deferred to the end of the directory: by then every target has been imported.
cmake_language(DEFER CALL drop_missing_includes)
