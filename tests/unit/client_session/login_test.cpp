#include "client/session/login.h"

#include <deque>

#include "fake_peer.h"
#include "protocol/client/records.h"

namespace paddock::client {
namespace {

// Says what it is told to say: "" at first, then each of `script`; "!" gives up, "-" says nothing more.
class Scripted : public sasl::Initiator {
 public:
  explicit Scripted(std::deque<std::string> script, bool blocks = false)
      : script_(std::move(script)), blocks_(blocks) {}
  Result<std::string> begin() override {
    if (script_.empty()) return make_fault("no ticket");
    return std::string("first");
  }
  Result<std::optional<std::string>> step(std::string_view token) override {
    const std::string next = script_.front();
    script_.pop_front();
    if (next == "!") return make_fault("no");
    if (next == "-") return std::optional<std::string>();
    return std::optional(next + " to " + std::string(token));
  }
  bool is_complete() const override { return script_.empty(); }
  bool blocks() const override { return blocks_; }

 private:
  std::deque<std::string> script_;
  const bool blocks_;
};

SessionOptions logs_in(std::deque<std::string> script) {
  SessionOptions options;
  options.login = [script = std::move(script)](const std::string&) {
    return std::make_unique<Scripted>(script);
  };
  return options;
}

// One that has to be asked elsewhere. `hosts`: whom it was to prove itself to.
SessionOptions logs_in_elsewhere(std::deque<std::string> script, std::vector<std::string>& hosts) {
  SessionOptions options;
  options.login = [script = std::move(script), &hosts](const std::string& host) {
    hosts.push_back(host);
    return std::make_unique<Scripted>(script, true);
  };
  return options;
}

// The step that is to be taken, and what it comes to.
std::pair<uint64_t, Result<LoginToken>> take_step(FakePeer& peer) {
  const auto step = peer.session.take_login_step();
  REQUIRE(step);
  CHECK_FALSE(peer.session.take_login_step());
  return {step->number, step->take()};
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

TEST_CASE("a mechanism that may wait is asked elsewhere, and the rest of the login waits for it") {
  std::vector<std::string> hosts;
  FakePeer peer(logs_in_elsewhere({"second", "-"}, hosts));
  peer.accept(0x1001, 30000, false, "zk1");
  CHECK(hosts == Words{"zk1"});
  CHECK_FALSE(peer.session.has_output());
  const auto [first, greeting] = take_step(peer);
  peer.session.login_stepped(first, greeting, peer.now());
  CHECK(said(peer) == "first");
  peer.reply(0, 0, ErrorCode::ok, token("challenge"));
  CHECK_FALSE(peer.session.has_output());
  const auto [second, answer] = take_step(peer);
  peer.session.login_stepped(second, answer, peer.now());
  CHECK(said(peer) == "second to challenge");
  peer.reply(0, 0, ErrorCode::ok, token("proof"));
  const auto [last, end] = take_step(peer);
  peer.session.login_stepped(last, end, peer.now());
  CHECK(peer.session.state() == SessionState::connected);
}

TEST_CASE("what a step comes to counts for its own connection") {
  std::vector<std::string> hosts;
  FakePeer peer(logs_in_elsewhere({"second", "-"}, hosts));
  peer.accept();
  const auto [late, greeting] = take_step(peer);
  peer.lose_connection();
  peer.session.login_stepped(late, greeting, peer.now());
  CHECK_FALSE(peer.session.has_output());
  peer.accept();
  peer.session.login_stepped(late, greeting, peer.now());
  CHECK_FALSE(peer.session.has_output());
  const auto [own, again] = take_step(peer);
  peer.session.login_stepped(own, again, peer.now());
  CHECK(said(peer) == "first");
}

TEST_CASE("a server that speaks before it was spoken to is refused") {
  std::vector<std::string> hosts;
  FakePeer peer(logs_in_elsewhere({"second", "-"}, hosts));
  peer.accept();
  peer.reply(0, 0, ErrorCode::ok, token("challenge"));
  CHECK(peer.session.state() == SessionState::auth_failed);
}

TEST_CASE("a login that cannot begin gives up its connection, and another one may do better") {
  FakePeer peer(logs_in({}));
  peer.accept();
  CHECK(peer.session.wants_disconnect());
  CHECK(peer.session.login_fault() == "no ticket");
  CHECK(peer.session.state() == SessionState::connecting);
  peer.lose_connection();
  CHECK_FALSE(peer.session.wants_disconnect());
  peer.session.connected(peer.now());
  CHECK(peer.session.state() == SessionState::connecting);
}

}  // namespace paddock::client
