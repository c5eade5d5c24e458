#include "client/helpers.h"

#include <catch2/catch.hpp>
#include <map>

#include "fake_server.h"

#include <boost/asio/co_spawn.hpp>

namespace paddock::client {
namespace {

// A directory whose children have owners. The connection is lost with the reply of the first creation.
class Directory {
 public:
  std::map<std::string, int64_t> owners;
  std::vector<std::string> removed;
  int created = 0;

  Answer operator()(OpCode type, std::string_view body) {
    switch (type) {
      case OpCode::create2:
        ++created;
        return {.drop = true};
      case OpCode::sync:
        return {.body = std::string(body)};
      case OpCode::get_children2:
        return {.body = jute::encoded(GetChildren2Response{names(), Stat()})};
      case OpCode::exists:
        return exists(jute::decoded<PathWatchRequest>(body)->path.str());
      case OpCode::remove:
        removed.push_back(jute::decoded<DeleteRequest>(body)->path.str());
        return {};
      default:
        return {.err = ErrorCode::unimplemented};
    }
  }

 private:
  jute::Vector<jute::Text> names() {
    jute::Vector<jute::Text> list;
    for (const auto& [name, owner] : owners) list.items.emplace_back(name);
    return list;
  }
  Answer exists(const std::string& path) const {
    Stat stat;
    stat.ephemeral_owner = owners.at(path.substr(path.rfind('/') + 1));
    return {.body = jute::encoded(StatResponse{stat})};
  }
};

constexpr int64_t kOurs = 0x77, kFormer = 0x66;

Outcome<Created> created_in(Directory& directory) {
  boost::asio::io_context io;
  FakeServer server(io, [&](OpCode type, std::string_view body) { return directory(type, body); });
  const auto zk = std::make_shared<AsyncClient>(io.get_executor(), ConnectString{{server.address()}, ""});
  run_until(io, [&] { return zk->state() == SessionState::connected; });
  std::optional<Outcome<Created>> outcome;
  ProtectedNode node{.directory = "/line", .prefix = "_c_guid-", .rest = "lock-", .data = "", .options = {}};
  boost::asio::co_spawn(io, create_protected(zk, node),
                        [&](const std::exception_ptr&, Outcome<Created> done) { outcome = std::move(done); });
  run_until(io, [&] { return outcome.has_value(); });
  return *outcome;
}

}  // namespace

TEST_CASE("a protected node whose reply was lost is found again") {
  Directory directory;
  directory.owners = {{"_c_guid-lock-0000000003", kOurs}, {"_c_other-lock-0000000002", kOurs}};
  const Outcome<Created> created = created_in(directory);
  CHECK(created.err == ErrorCode::ok);
  CHECK(created.value.path == "/line/_c_guid-lock-0000000003");
  CHECK(directory.created == 1);
  CHECK(directory.removed.empty());
}

TEST_CASE("a node that only a former session has is removed") {
  Directory directory;
  directory.owners = {{"_c_guid-lock-0000000003", kFormer}};
  CHECK(created_in(directory).err == ErrorCode::session_expired);
  CHECK(directory.removed == std::vector<std::string>{"/line/_c_guid-lock-0000000003"});
}

TEST_CASE("of several nodes with the same mark one is ours, and none of the others stays") {
  Directory directory;
  SECTION("a former session's came about later than we looked") {
    directory.owners = {{"_c_guid-lock-0000000001", kFormer}, {"_c_guid-lock-0000000002", kOurs}};
    CHECK(created_in(directory).value.path == "/line/_c_guid-lock-0000000002");
    CHECK(directory.removed == std::vector<std::string>{"/line/_c_guid-lock-0000000001"});
  }
  SECTION("in any order") {
    directory.owners = {{"_c_guid-lock-0000000001", kOurs}, {"_c_guid-lock-0000000002", kFormer}};
    CHECK(created_in(directory).value.path == "/line/_c_guid-lock-0000000001");
    CHECK(directory.removed == std::vector<std::string>{"/line/_c_guid-lock-0000000002"});
  }
}

}  // namespace paddock::client
