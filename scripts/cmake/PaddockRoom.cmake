# A room is a folder with one library target. Its headers are visible, under their path from the root of the
# tree, only to targets that link it: each room has an include directory of its own in the build tree that
# holds one symbolic link. So an include against the arrows of docs/architecture.md does not compile.
#
#   paddock_room(server/zab LINKS protocol/base protocol/quorum)
#
# makes target `server_zab` of all .cpp files in server/zab (headers only: an interface). LINKS takes rooms (with a slash or a bare room name) and any other CMake target.
# PARTIAL exports single headers of a room as a target of their own:
#
#   paddock_headers(server/store contract.h LINKS protocol/base)      -> target `server_store_contract`

function(paddock_target_name room result)
  string(REPLACE "/" "_" name "${room}")
  if(TARGET ${name})
    set(${result} ${name} PARENT_SCOPE)
  else()
    set(${result} ${room} PARENT_SCOPE)
  endif()
endfunction()

function(paddock_link target scope)
  foreach(link IN LISTS ARGN)
    paddock_target_name("${link}" name)
    target_link_libraries(${target} ${scope} ${name})
  endforeach()
endfunction()

function(paddock_export_path target scope path)
  set(root "${CMAKE_BINARY_DIR}/rooms/${target}")
  get_filename_component(parent "${root}/${path}" DIRECTORY)
  file(MAKE_DIRECTORY "${parent}")
  file(CREATE_LINK "${CMAKE_SOURCE_DIR}/${path}" "${root}/${path}" SYMBOLIC)
  target_include_directories(${target} ${scope} "$<BUILD_INTERFACE:${root}>")
endfunction()

function(paddock_room room)
  cmake_parse_arguments(ARG "" "PCH" "LINKS" ${ARGN})
  string(REPLACE "/" "_" target "${room}")
  paddock_sources(sources "${room}")
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    if(NOT ARG_PCH)
      set(ARG_PCH paddock_pch_std)
    endif()
    if(NOT target STREQUAL ARG_PCH)
      target_precompile_headers(${target} REUSE_FROM ${ARG_PCH})
    endif()
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  paddock_export_path(${target} ${scope} "${room}")
  paddock_link(${target} ${scope} ${ARG_LINKS})
endfunction()

function(paddock_headers room header)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  string(REPLACE "/" "_" target "${room}")
  string(REGEX REPLACE "\\.h$" "" stem "${header}")
  set(target "${target}_${stem}")
  add_library(${target} INTERFACE)
  paddock_export_path(${target} INTERFACE "${room}/${header}")
  paddock_link(${target} INTERFACE ${ARG_LINKS})
endfunction()

# Precompiled headers, each compiled once and reused. HEADERS are those besides what everybody uses.
set(PADDOCK_PCH_BASE <algorithm> <cstdint> <functional> <map> <memory> <optional> <string> <string_view> <unordered_map>
  <utility> <vector> <fmt/core.h>)
file(GENERATE OUTPUT "${CMAKE_BINARY_DIR}/pch/empty.cpp" CONTENT "")
function(paddock_pch name)
  cmake_parse_arguments(ARG "" "" "HEADERS;LINKS" ${ARGN})
  add_library(${name} STATIC "${CMAKE_BINARY_DIR}/pch/empty.cpp")
  target_precompile_headers(${name} PRIVATE ${PADDOCK_PCH_BASE} ${ARG_HEADERS})
  if(ARG_LINKS)
    target_link_libraries(${name} PUBLIC ${ARG_LINKS})
  endif()
endfunction()
