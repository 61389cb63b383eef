# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
#
# Install everything that is not generated: Python modules, models, configuration, launch files
# and the executables.

set(PACKAGE_DIR "${PYTHON_INSTALL_DIR}/${PROJECT_NAME}")
set(SHARE_DIR "share/${PROJECT_NAME}")
set(SHARED_DIRECTORIES config launch models)

# The generated package has an empty __init__.py. install() would take ours, if it is of the same
# second, for the same file, so it is replaced where it was generated.
set(GENERATED_INIT "${CMAKE_CURRENT_BINARY_DIR}/rosidl_generator_py/${PROJECT_NAME}/__init__.py")

if(LINK_SOURCE_TREE)
  # An edit or a new file in the source tree takes effect at once, from any working directory.
  configure_file(resource/linked_init.py.in "${GENERATED_INIT}" @ONLY)
  foreach(directory IN LISTS SHARED_DIRECTORIES)
    install(CODE "
      set(link \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${SHARE_DIR}/${directory}\")
      file(REMOVE_RECURSE \"\${link}\")
      file(CREATE_LINK \"${CMAKE_CURRENT_SOURCE_DIR}/${directory}\" \"\${link}\" SYMBOLIC)")
  endforeach()
else()
  configure_file(openpose_ros/__init__.py "${GENERATED_INIT}" COPYONLY)
  install(DIRECTORY openpose_ros/ DESTINATION "${PACKAGE_DIR}"
    PATTERN __pycache__ EXCLUDE
    PATTERN "*.pyc" EXCLUDE
    PATTERN msg EXCLUDE)  # generated: see rosidl_generate_interfaces()
  foreach(directory IN LISTS SHARED_DIRECTORIES)
    if(IS_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/${directory}")
      install(DIRECTORY ${directory} DESTINATION "${SHARE_DIR}"
        PATTERN __pycache__ EXCLUDE
        PATTERN "*.pyc" EXCLUDE)
    endif()
  endforeach()
endif()

# The first line names the interpreter the package was built for: `env python3` would be another
# one as soon as a virtual environment is active.
set(INTERPRETER_LINE "#!${Python3_EXECUTABLE}")
if(RELOCATABLE_EXECUTABLES)
  # sh starts the interpreter two directories up; Python reads the second line as a string.
  set(INTERPRETER_LINE
    "#!/bin/sh\n'''exec' \"$(dirname -- \"$0\")/../../bin/python3\" \"$0\" \"$@\"\n' '''")
endif()

function(install_executable MODULE NAME INTERRUPTED)
  configure_file(resource/executable.in "executables/${NAME}" @ONLY)
  install(PROGRAMS "${CMAKE_CURRENT_BINARY_DIR}/executables/${NAME}"
    DESTINATION "lib/${PROJECT_NAME}")
endfunction()

foreach(name IN LISTS NODES)
  install_executable(openpose_ros.nodes.${name} ${name} 0)
endforeach()
foreach(name IN LISTS TOOLS)
  install_executable(openpose_ros.tools.${name} ${name} 130)
endforeach()
