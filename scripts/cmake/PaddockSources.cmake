# paddock_sources(result folder): the .cpp files directly in a room's folder. A room's list of files is its
# folder; a file that does not belong there should not be there.
function(paddock_sources result folder)
  file(GLOB found CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.cpp")
  set(${result} ${found} PARENT_SCOPE)
endfunction()
