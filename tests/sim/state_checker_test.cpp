#include "tests/sim/state_checker.h"

#include <catch2/catch.hpp>
#include <memory>

#include "tests/sim/history_fixture.h"
#include "tests/sim/snapshot_stream.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

void tell(Told& told, int32_t version, bool with_child) {
  told.session(7);
  told.create(7, "/a", "x");
  if (with_child) told.create(7, "/a/b");
  told.set(7, "/a", "y", version);
}

std::unique_ptr<znode::State> through_a_snapshot(const znode::State& state) {
  StateImage image;
  image.merge(state.full_delta());
  const auto received = decode_stream(encode_stream(image), state.last_applied());
  REQUIRE(received.ok());
  auto loaded = std::make_unique<znode::State>(znode::Options{});
  loaded->begin_load();
  for (const auto& [key, value] : received->entries) REQUIRE(znode::load_entry(*loaded, key, value).ok());
  REQUIRE(loaded->finish_load(received->applied, received->checksum).ok());
  return loaded;
}

}  // namespace

TEST_CASE("a state that came by a snapshot, or whose log was another's copy, is the same") {
  Told told, copy;
  tell(told, 1, true);
  tell(copy, 1, true);
  CHECK_NOTHROW(check_same_state("it", copy.chronicle.state(), told.chronicle.state()));
  CHECK_NOTHROW(check_same_state("it", *through_a_snapshot(told.chronicle.state()), told.chronicle.state()));
}

TEST_CASE("one field of a stat that differs, a node too few or too many, breaks C12") {
  Told told, other_version, no_child;
  tell(told, 1, true);
  tell(other_version, 2, true);
  tell(no_child, 1, false);
  CHECK_THROWS_AS(check_same_state("it", other_version.chronicle.state(), told.chronicle.state()), Violation);
  CHECK_THROWS_AS(check_same_state("it", no_child.chronicle.state(), told.chronicle.state()), Violation);
  CHECK_THROWS_AS(check_same_state("it", told.chronicle.state(), no_child.chronicle.state()), Violation);
}

TEST_CASE("a session too many breaks C12") {
  Told told, more;
  told.session(7);
  more.session(7);
  more.session(8);
  CHECK_THROWS_AS(check_same_state("it", more.chronicle.state(), told.chronicle.state()), Violation);
}

}  // namespace paddock::sim
