#include "server/replica/sequence.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "fake_disk.h"
#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"

namespace paddock::replica {
using namespace testing;

namespace {

ReplicaOptions options_of_three() {
  ReplicaOptions options;
  options.standalone = false;
  options.engine.self = ServerId{1};
  for (const int64_t id : {1, 2, 3}) {
    zab::Member& member = options.engine.membership.members[ServerId{id}];
    member.id = ServerId{id};
    member.quorum = {{"host", 2888}};
    member.election = {{"host", 3888}};
  }
  return options;
}

// A server that hears of nobody: its sequence is what the test says.
struct Listener {
  Now now{Instant{}.plus_ms(1'000'000), WallTime{1'700'000'000'000}};
  Core core{options_of_three(), std::make_unique<znode::State>(znode::Options{}), {}, Random(1), {}};
  ReadPath reads{core};
  ConnectHandshake handshake{core, Random(1), now};
  Sequence sequence{core, reads, handshake, now};

  void hear(const zab::SequenceItem& item) { sequence.work_off(item, now); }
  void commit(Zxid zxid, std::string_view path, std::optional<int64_t> digest = std::nullopt) {
    const txn::TxnHeader header{1, 1, zxid.value, 0, static_cast<int32_t>(client::OpCode::create)};
    const txn::CreateTxn create{path, "", {client::Acl{client::kPermAll, {"world", "anyone"}}}, false, -1};
    std::string txn = jute::encoded(header) + jute::encoded(create);
    if (digest) txn += jute::encoded(txn::TxnDigest{txn::kDigestVersion, *digest});
    hear(zab::Committed{zxid, Bytes(std::move(txn))});
  }
  bool has(std::string_view path) const { return core.state->tree().find(path) != znode::kNoNode; }
};

// The image of a state that holds `path`.
std::string image_with(std::string_view path) {
  Listener other;
  other.commit(Zxid::of(2, 1), path);
  return image_of(*other.core.state);
}

}  // namespace

TEST_CASE("a state that is sent takes the old one's place when it is said, and not before") {
  Listener server;
  server.commit(Zxid::of(1, 1), "/old");
  const std::string image = image_with("/new");
  server.hear(zab::StateBegin{Zxid::of(2, 1)});
  server.hear(zab::StatePiece{Bytes(image.substr(0, 100)), false});
  server.hear(zab::StatePiece{Bytes(image.substr(100)), true});
  CHECK(server.has("/old"));
  server.hear(zab::StateReplaced{Zxid::of(2, 1)});
  CHECK_FALSE(server.has("/old"));
  CHECK(server.has("/new"));
  CHECK(server.core.state->last_applied() == Zxid::of(2, 1));
  server.commit(Zxid::of(2, 2), "/new/child");
  CHECK(server.has("/new/child"));
}

TEST_CASE("deltas: all of the old state before another begins, none meanwhile, then those of the new one") {
  Listener server;
  server.commit(Zxid::of(1, 1), "/old");
  CHECK(server.core.deltas.take().empty());
  server.hear(zab::StateBegin{Zxid::of(2, 1)});
  REQUIRE(server.core.deltas.take().size() == 1);

  SECTION("it comes") {
    server.hear(zab::StatePiece{Bytes(image_with("/new")), true});
    server.core.deltas.flush();
    CHECK(server.core.deltas.take().empty());
    server.hear(zab::StateReplaced{Zxid::of(2, 1)});
    server.commit(Zxid::of(2, 2), "/newer");
    server.core.deltas.flush();
    const std::vector<znode::Delta> deltas = server.core.deltas.take();
    REQUIRE(deltas.size() == 1);
    CHECK(deltas[0].applied == Zxid::of(2, 2));
    CHECK(deltas[0].checksum == server.core.state->checksum());
    for (const znode::Delta::Entry& entry : deltas[0].entries) CHECK(entry.key != "n/new");
  }
  SECTION("it does not come") {
    server.hear(zab::StatePiece{Bytes("\0\0"), false});
    server.hear(zab::StateAbandoned{});
    server.commit(Zxid::of(1, 2), "/older");
    server.core.deltas.flush();
    CHECK(server.core.deltas.take().size() == 1);
    CHECK(server.has("/old"));
  }
}

TEST_CASE("after a state that is none the rest of its stream is passed over") {
  Listener server;
  server.commit(Zxid::of(1, 1), "/old");
  server.hear(zab::StateBegin{Zxid::of(2, 1)});
  server.hear(zab::StatePiece{Bytes(std::string(64, '\xff')), false});
  server.hear(zab::StatePiece{Bytes(image_with("/new")), true});
  server.hear(zab::StateAbandoned{});
  CHECK(server.has("/old"));
}

TEST_CASE("digests count again once a server serves on a state that was sent") {
  Listener server;
  server.hear(zab::StateBegin{Zxid::of(2, 1)});
  server.hear(zab::StatePiece{Bytes(image_with("/new")), true});
  server.hear(zab::StateReplaced{Zxid::of(2, 1)});
  server.commit(Zxid::of(2, 2), "/a", 1);
  CHECK(server.core.state->digest_mismatches() == 0);
  server.hear(zab::Serving{zab::Role::following, Zxid::of(3, 0)});
  server.commit(Zxid::of(3, 1), "/b", 1);
  CHECK(server.core.state->digest_mismatches() == 1);
}

TEST_CASE("the configuration's node is the local one again when a state has come") {
  Listener server;
  const auto config = [&] {
    return server.core.state->tree().data(server.core.state->tree().find("/zookeeper/config")).str();
  };
  const std::string before = config();
  CHECK(before == server.core.membership.to_text());
  znode::State other({});
  other.set_config_node("server.9=elsewhere:1:2:participant\nversion=0", 0, WallTime{});
  server.hear(zab::StateBegin{Zxid::of(2, 1)});
  server.hear(zab::StatePiece{Bytes(image_of(other)), true});
  server.hear(zab::StateReplaced{Zxid::of(2, 1)});
  CHECK(config() == before);
}

}  // namespace paddock::replica
