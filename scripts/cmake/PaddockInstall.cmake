# cmake --install: the programs, and what others need to write programs with the client: after
# find_package(paddock) there are paddock::client and paddock::recipes (docs/client.md). The client alone:
#
#   cmake --install build --component client --prefix /opt/paddock
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package "${CMAKE_INSTALL_LIBDIR}/cmake/paddock")
set(exported paddock_asio)
foreach(room protocol/base protocol/certs protocol/jute protocol/client protocol/sasl protocol/gssapi client/session client client/recipes)
  string(REPLACE "/" "_" target "${room}")
  list(APPEND exported ${target})
  file(GLOB headers CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${room}/*.h")
  install(FILES ${headers} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/paddock/${room}" COMPONENT client)
endforeach()

# What the libraries were compiled with and their users have to be too.
target_compile_features(paddock_asio PUBLIC $<INSTALL_INTERFACE:cxx_std_20>)
target_compile_definitions(paddock_asio
  PUBLIC $<INSTALL_INTERFACE:BOOST_ASIO_SEPARATE_COMPILATION> $<INSTALL_INTERFACE:BOOST_ASIO_NO_DEPRECATED>)
set_target_properties(paddock_asio PROPERTIES EXPORT_NAME asio)
set_target_properties(client_recipes PROPERTIES EXPORT_NAME recipes)
# The names of rooms are none for /usr/lib.
install(TARGETS ${exported} EXPORT paddock
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}/paddock" COMPONENT client
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/paddock")
install(EXPORT paddock FILE paddock-targets.cmake NAMESPACE paddock:: DESTINATION "${package}" COMPONENT client)

configure_package_config_file("${CMAKE_SOURCE_DIR}/scripts/cmake/paddock-config.cmake.in"
  "${CMAKE_BINARY_DIR}/paddock-config.cmake" INSTALL_DESTINATION "${package}")
write_basic_package_version_file("${CMAKE_BINARY_DIR}/paddock-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/paddock-config.cmake" "${CMAKE_BINARY_DIR}/paddock-config-version.cmake"
  DESTINATION "${package}" COMPONENT client)

foreach(program paddock paddockd)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT programs)
  endif()
endforeach()
