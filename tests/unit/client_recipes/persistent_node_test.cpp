#include "client/recipes/persistent_node.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "../client/fake_server.h"

namespace paddock::recipes {
namespace {

constexpr int64_t kFirstSession = 0x77, kSecondSession = 0x88;

client::ClientOptions renewing() {
  client::ClientOptions options;
  options.renew_sessions = true;
  return options;
}

// A node that the first session has made, and that nobody may delete.
client::Answer guarded(client::OpCode type, std::string_view) {
  if (type == client::OpCode::remove) return {.err = ErrorCode::no_auth};
  client::Stat stat;
  stat.ephemeral_owner = kFirstSession;
  return {.body = jute::encoded(client::GetDataResponse{"here", stat})};
}

}  // namespace

TEST_CASE("a node of an earlier session that may not be deleted is told of, and not asked for again") {
  boost::asio::io_context io;
  client::FakeServer server(io, guarded);
  auto zk = std::make_shared<client::AsyncClient>(io.get_executor(),
                                                  client::ConnectString{{server.address()}, ""}, renewing());
  const client::LastWords last_words{io, zk};
  const PersistentNode node(zk, "/member", "here");
  client::run_until(io, [&] { return node.is_present(); });
  server.forget_sessions(kSecondSession);
  server.drop_connections();
  client::run_until(io, [&] { return node.error() == ErrorCode::no_auth; });
  CHECK_FALSE(node.is_present());
  CHECK(zk->session_id().value == kSecondSession);
  CHECK(std::count(server.seen().begin(), server.seen().end(), client::OpCode::remove) == 1);
}

}  // namespace paddock::recipes
