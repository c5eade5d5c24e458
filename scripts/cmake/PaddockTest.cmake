# paddock_test(NAME znode LABELS unit SOURCES tree_test.cpp ... LINKS znode)
#
# One Catch2 program per room. ctest runs it whole: starting a process per case costs more than the cases.
# Half of a build is the tests' own files; better code would save them less time than it costs to make.
add_library(paddock_test_flags INTERFACE)
# There gcc 12 believes that a std::string is compared beyond its buffer.
target_compile_options(paddock_test_flags INTERFACE
  $<$<AND:$<CONFIG:RelWithDebInfo>,$<CXX_COMPILER_ID:GNU>>:-O1;-Wno-stringop-overread>)
function(paddock_test)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;LINKS;LABELS" ${ARGN})
  set(target "test_${ARG_NAME}")
  add_executable(${target} ${ARG_SOURCES})
  target_precompile_headers(${target} REUSE_FROM paddock_pch_test)
  target_link_libraries(${target} PRIVATE paddock_test_main paddock_test_flags)
  paddock_link(${target} PRIVATE ${ARG_LINKS})
  add_test(NAME ${ARG_NAME} COMMAND ${target} -d yes)
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 900)
endfunction()
