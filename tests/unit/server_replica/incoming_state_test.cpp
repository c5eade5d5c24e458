#include "server/replica/incoming_state.h"

#include <catch2/catch.hpp>
#include <string>

namespace paddock::replica {
namespace {

constexpr Zxid kZxid = Zxid::of(3, 14);

// A session, a list, the root and /a.
std::string stream() {
  std::string bytes;
  quorum::SnapshotWriter writer(bytes);
  writer.session_count(1);
  writer.session({0xa, 4000});
  writer.acl_count(1);
  writer.acl({1, {client::Acl{client::kPermRead, {"world", "anyone"}}}});
  writer.node({"", "", quorum::kOpenAclId, {}});
  writer.node({"/a", "data", 1, {}});
  writer.end_of_nodes();
  writer.signature();
  return bytes;
}

Status feed(IncomingState& incoming, std::string_view bytes, size_t piece) {
  while (bytes.size() > piece) {
    if (Status fed = incoming.feed(bytes.substr(0, piece), false); !fed.ok()) return fed;
    bytes.remove_prefix(piece);
  }
  return incoming.feed(bytes, true);
}

}  // namespace

TEST_CASE("a stream in pieces of any size becomes the state it was made of, at the snapshot's zxid") {
  const std::string bytes = stream();
  for (const size_t piece : {size_t{1}, size_t{7}, bytes.size()}) {
    IncomingState incoming({}, kZxid);
    REQUIRE(feed(incoming, bytes, piece).ok());
    const znode::State& state = incoming.state();
    CHECK(state.last_applied() == kZxid);
    CHECK(state.has_session(SessionId{0xa}));
    REQUIRE(state.tree().find("/a") != znode::kNoNode);
    CHECK(state.tree().data(state.tree().find("/a")).view() == "data");
    CHECK(state.acls().list(state.tree().acl(state.tree().find("/a"))).items[0].perms == client::kPermRead);
  }
}

TEST_CASE("a stream that is none is a fault, whatever is wrong with it") {
  IncomingState incoming({}, kZxid);
  std::string bytes = stream();
  SECTION("it breaks off") {
    bytes.pop_back();
  }
  SECTION("it goes on behind its end") {
    bytes.append("x");
  }
  SECTION("its signature is wrong") {
    bytes.back() = 'x';
  }
  SECTION("its nodes make no tree") {
    bytes[bytes.find("/a") + 1] = '/';
  }
  SECTION("it is empty") {
    bytes.clear();
  }
  CHECK_FALSE(feed(incoming, bytes, 16).ok());
}

TEST_CASE("a stream that ends in a piece that is not the last is a fault") {
  IncomingState incoming({}, kZxid);
  CHECK_FALSE(incoming.feed(stream(), false).ok());
}

}  // namespace paddock::replica
