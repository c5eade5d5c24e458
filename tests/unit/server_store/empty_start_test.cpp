#include "server/store/empty_start.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "temporary_directory.h"

namespace paddock::store {
namespace {

struct Place {
  TemporaryDirectory root;
  EmptyStart start{root.path() + "/data", root.path() + "/log", root.path() + "/data/paddock", true, false};

  Place() {
    for (const std::string& directory : {start.own_directory, start.data_log_dir}) {
      REQUIRE(posix_env().make_directories(directory).ok());
    }
  }
  std::string doubt() {
    const auto found = doubt_of(posix_env(), start);
    REQUIRE(found.ok());
    return *found;
  }
  void initialize(const std::string& directory) { std::ofstream(directory + "/initialize").close(); }
  bool has_file(const std::string& directory) { return *posix_env().exists(directory + "/initialize"); }
};

}  // namespace

TEST_CASE("emptiness that is not trusted is doubted, and the operator is told what to do") {
  Place place;
  CHECK(place.doubt().find(place.start.data_dir + "/initialize") != std::string::npos);
  place.start.trusted = true;
  CHECK(place.doubt().empty());
  place.start.trusted = false;
  CHECK_FALSE(place.doubt().empty());
  place.start.empty = false;
  CHECK(place.doubt().empty());
}

TEST_CASE("an initialize file vouches once, for as long as the server's own files are there") {
  Place place;
  const std::string where = GENERATE(true, false) ? place.start.data_dir : place.start.data_log_dir;
  place.initialize(where);
  CHECK(place.doubt().empty());
  CHECK_FALSE(place.has_file(where));
  CHECK(place.doubt().empty());  // killed before its first epoch
  REQUIRE(posix_env().remove(place.start.own_directory + "/INITIALIZED").ok());
  CHECK_FALSE(place.doubt().empty());
}

TEST_CASE("an initialize file goes at any start, so that it vouches for nothing later") {
  Place place;
  place.initialize(place.start.data_dir);
  const bool trusted = GENERATE(true, false);
  place.start.trusted = trusted;
  place.start.empty = trusted;
  CHECK(place.doubt().empty());
  CHECK_FALSE(place.has_file(place.start.data_dir));
  place.start = {place.start.data_dir, place.start.data_log_dir, place.start.own_directory, true, false};
  CHECK_FALSE(place.doubt().empty());
}

}  // namespace paddock::store
