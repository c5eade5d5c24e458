# Language level, warnings, sanitizers and the compiler cache, the same for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
# One way of position independence for libraries and programs: a precompiled header is only reused where they agree.
add_compile_options(-fPIE)
set(CMAKE_EXE_LINKER_FLAGS "${CMAKE_EXE_LINKER_FLAGS} -pie")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
# Line tables are enough for a stack trace and halve the object files.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer")

add_compile_options(-Wall -Wextra -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # gcc 12 takes the operator delete of Asio's coroutine frames for one that does not fit their operator new.
  add_compile_options(-Wno-mismatched-new-delete)
endif()
# Asio and Beast are compiled once (server/net/asio_impl.cpp). The definitions are the same for every
# target, because a precompiled header is only reused where they agree.
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)

set(PADDOCK_SANITIZE "" CACHE STRING "Value of -fsanitize=, empty for none")
if(PADDOCK_SANITIZE)
  add_compile_options(-fsanitize=${PADDOCK_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PADDOCK_SANITIZE})
  if(PADDOCK_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)  # counts what is reached; tests/fuzz links libFuzzer
  endif()
  # gcc 12 under -fsanitize=address takes the moves inside std::regex (Catch's main) for reads of nothing.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-maybe-uninitialized)
  elseif(PADDOCK_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize=function)  # clang 14 cannot assemble a coroutine with it
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  # What the sanitizers look for in the other builds ends the program here, as far as it is seen for little.
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options(-fcf-protection)
  endif()
  add_link_options(-Wl,-z,relro,-z,now)
endif()

find_program(PADDOCK_CCACHE ccache)
if(PADDOCK_CCACHE)
  # The sloppiness settings are what ccache's manual asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${PADDOCK_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()

find_program(PADDOCK_MOLD mold)
if(PADDOCK_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
