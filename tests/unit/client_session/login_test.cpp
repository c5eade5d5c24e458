#include "client/session/login.h"

#include <deque>

#include "fake_peer.h"
#include "protocol/client/records.h"

namespace paddock::client {
namespace {

// Says what it is told to say: "" at first, then each of `script`; "!" gives up, "-" says nothing more.
class Scripted : public sasl::Initiator {
 public:
  explicit Scripted(std::deque<std::string> script) : script_(std::move(script)) {}
  Result<std::string> begin() override { return std::string("first"); }
  Result<std::optional<std::string>> step(std::string_view token) override {
    const std::string next = script_.front();
    script_.pop_front();
    if (next == "!") return make_fault("no");
    if (next == "-") return std::optional<std::string>();
    return std::optional(next + " to " + std::string(token));
  }
  bool is_complete() const override { return script_.empty(); }
  bool blocks() const override { return false; }

 private:
  std::deque<std::string> script_;
};

SessionOptions logs_in(std::deque<std::string> script) {
  SessionOptions options;
  options.login = [script = std::move(script)] { return std::make_unique<Scripted>(script); };
  return options;
}

std::string token(std::string_view text) {
  SaslToken record;
  record.token = text;
  return jute::encoded(record);
}

// The only frame that was sent.
std::string said(FakePeer& peer) {
  const auto frames = peer.sent();
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].type == OpCode::sasl);
  CHECK(frames[0].xid == 0);
  return jute::decoded<SaslToken>(frames[0].body)->token.str();
}

}  // namespace

TEST_CASE("a login comes before everything else of a connection, and until it is done nobody is connected") {
  FakePeer peer(logs_in({"second", "-"}));
  peer.get(1, "/a");
  peer.session.add_auth(2, "digest", "u:p");
  peer.accept();
  CHECK(said(peer) == "first");
  peer.reply(0, 0, ErrorCode::ok, token("challenge"));
  CHECK(said(peer) == "second to challenge");
  CHECK(peer.told() == Words{"connecting"});
  peer.reply(0, 0, ErrorCode::ok, token("proof"));
  const auto frames = peer.sent();
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].type == OpCode::auth);
  CHECK(frames[1].type == OpCode::get_data);
  CHECK(peer.told() == Words{"connected"});
}

TEST_CASE("a mechanism that speaks last waits for the server's word") {
  FakePeer peer(logs_in({"last"}));
  peer.accept();
  said(peer);
  peer.reply(0, 0, ErrorCode::ok, token("challenge"));
  CHECK(said(peer) == "last to challenge");
  CHECK(peer.told() == Words{"connecting"});
  peer.reply(0, 0, ErrorCode::ok, token(""));
  CHECK(peer.told() == Words{"connected"});
}

TEST_CASE("who is refused, or finds no server that proves itself, ends unauthenticated") {
  const bool by_server = GENERATE(true, false);
  FakePeer peer(logs_in({by_server ? "second" : "!", "-"}));
  peer.get(1, "/a");
  peer.accept();
  peer.reply(0, 0, by_server ? ErrorCode::auth_failed : ErrorCode::ok, token("challenge"));
  CHECK(peer.told() == Words{"connecting", "auth_failed", "1:AuthFailed"});
  CHECK(peer.session.wants_disconnect());
}

TEST_CASE("a server that ends the exchange before it has proved anything is not believed") {
  FakePeer peer(logs_in({"-", "never said"}));
  peer.accept();
  peer.reply(0, 0, ErrorCode::ok, token("nothing more"));
  CHECK(peer.told() == Words{"connecting", "auth_failed"});
}

TEST_CASE("each connection has a login of its own, whatever became of the one before") {
  FakePeer peer(logs_in({"second", "-"}));
  peer.accept();
  said(peer);
  peer.lose_connection();
  peer.accept();
  CHECK(said(peer) == "first");
  peer.reply(0, 0, ErrorCode::ok, token("a"));
  CHECK(said(peer) == "second to a");
  peer.reply(0, 0, ErrorCode::ok, token("b"));
  CHECK(peer.session.state() == SessionState::connected);
}

}  // namespace paddock::client
