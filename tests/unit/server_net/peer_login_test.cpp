#include "server/net/peer_login.h"

#include "links_fixture.h"
#include "mesh_fixture.h"
#include "peer_keys.h"
#include "protocol/sasl/digest_md5.h"
#include "protocol/sasl/digest_md5_client.h"
#include "server/net/peer_security.h"

namespace paddock::net {
namespace {

using Catch::Matchers::Contains;
using quorum::AuthPacket;
using quorum::AuthStatus;
using quorum::PacketType;
using Logins = std::shared_ptr<const PeerLogins>;

const sasl::DigestNames kNames{"zookeeper-quorum", "zk-quorum-sasl-md5"};
const std::string kFirst = quorum::encode_auth_packet({AuthStatus::in_progress, ""});

// The steps of the way from an ensemble without logins to one that demands them.
enum Step { nothing, enabled, logging_in, demanding };

Logins at(int step, const std::string& password = "secret") {
  static const sasl::Passwords kPasswords = {{"us", "secret"}};
  if (step == nothing) return nullptr;
  PeerLogins logins;
  logins.logs_in = step >= logging_in;
  logins.demands = step >= demanding;
  logins.accept = [] { return std::make_unique<sasl::DigestMd5Server>(kNames, kPasswords, "N"); };
  logins.prove = [password](const std::string&) {
    return std::make_unique<sasl::DigestMd5Client>(kNames, "us", password, "C");
  };
  return std::make_shared<const PeerLogins>(logins);
}

template <class Options>
Options with(const Logins& logins, const std::shared_ptr<PeerSecurity>& security = nullptr) {
  Options options;
  options.logins = logins;
  options.security = security;
  return options;
}

// Servers 1 and 2, which know each other.
struct Two : Loop {
  Two(const Logins& first, const Logins& second, const std::shared_ptr<PeerSecurity>& security = nullptr)
      : one(*this, 1, with<ElectionMeshOptions>(first, security)),
        two(*this, 2, with<ElectionMeshOptions>(second, security)) {
    for (auto* const each : {&one, &two}) each->settle_port();
    const std::map<ServerId, std::vector<PeerAddress>> all = {{ServerId{1}, one.address()},
                                                              {ServerId{2}, two.address()}};
    for (auto* const each : {&one, &two}) each->mesh->set_peers(all);
    if (security) security->set_members(all);
  }
  MeshServer& server(int id) { return id == 1 ? one : two; }
  void send(int from) { server(from).mesh->send(ServerId{3 - from}, vote(from)); }
  void until_heard() {
    until([&] { return !one.heard.empty() && !two.heard.empty(); });
  }
  MeshServer one;
  MeshServer two;
};

// A leader, and a learner that dials it.
struct Channel : Loop {
  Channel(const Logins& of_leader, const Logins& of_learner,
          const std::shared_ptr<PeerSecurity>& security = nullptr)
      : leader(*this, with<LearnerLinksOptions>(of_leader, security)),
        learner(*this, with<LearnerLinksOptions>(of_learner, security)) {
    port = leader.listen();
    learner.links->connect(kToLeader, {{"127.0.0.1", port}});
  }
  // A learner speaks first.
  void introduce() {
    until([&] { return learner.log == "up leader7;"; });
    learner.send(kToLeader, packet(PacketType::follower_info, 0));
    learner.links->flush();
  }
  void until_linked() {
    until([&] { return leader.log == "up learner1;learner1 11;" && learner.log == "up leader7;"; });
  }
  LinksServer leader;
  LinksServer learner;
  uint16_t port = 0;
};

}  // namespace

TEST_CASE("SASL: whoever speaks first, each of two servers hears the other, with TLS or without") {
  Loop of_keys;
  const bool secure = GENERATE(false, true);
  Two two(at(demanding), at(demanding), secure ? secured(of_keys, peer_keys().here) : nullptr);
  const int first = GENERATE(1, 2);
  two.send(first);
  two.until([&] { return !two.server(3 - first).heard.empty(); });
  two.send(3 - first);
  two.until_heard();
  CHECK(two.one.remarks + two.two.remarks == "");
}

TEST_CASE("SASL: servers that are one step of a change apart hear each other") {
  const int step = GENERATE(1, 2, 3);
  const bool upwards = GENERATE(true, false);
  const int first = upwards ? step - 1 : step;
  const int second = upwards ? step : step - 1;
  Two two(at(first), at(second));
  two.send(1);
  two.send(2);
  two.until_heard();
  Channel channel(at(first), at(second));
  channel.introduce();
  channel.until_linked();
}

TEST_CASE("SASL: who has another password, or none, is not heard, and both sides are told") {
  Two two(at(demanding), at(demanding, "guess"));
  two.send(2);
  two.until([&] { return !two.one.remarks.empty() && !two.two.remarks.empty(); });
  CHECK_THAT(two.one.remarks, Contains("SASL: unknown user or wrong password"));
  CHECK_THAT(two.two.remarks, Contains("server 1 cannot be reached: SASL: it does not believe us"));
  Two other(at(demanding), at(enabled));
  other.send(2);
  other.until([&] { return !other.one.remarks.empty(); });
  CHECK_THAT(other.one.remarks, Contains("quorum.auth.serverRequireSasl here"));
  CHECK(two.one.heard.empty());
  CHECK(other.one.heard.empty());
}

TEST_CASE("SASL: a learner that is not believed has no link, nor has one that does not try") {
  Channel channel(at(demanding), at(demanding, "guess"));
  channel.until([&] { return channel.learner.log == "down leader7;"; });
  CHECK_THAT(channel.learner.remarks, Contains("it does not believe us"));
  CHECK(channel.leader.log.empty());
  Channel other(at(demanding), at(enabled));
  other.introduce();
  other.until([&] { return other.learner.log == "up leader7;down leader7;"; });
  CHECK(other.leader.log.empty());
}

TEST_CASE("SASL: a leader that does not know the password is not believed") {
  Channel channel(nullptr, at(demanding));
  Loop& loop = channel;
  auto acceptor = loop.listen();
  channel.learner.links->connect(LinkId{8}, {{"127.0.0.1", acceptor.local_endpoint().port()}});
  auto socket = loop.accept(acceptor);
  CHECK(loop.read(socket, kFirst.size()) == kFirst);
  loop.write(socket, quorum::encode_auth_packet({AuthStatus::in_progress, "nonce=\"N\""}));
  CHECK_FALSE(loop.read(socket, 16).empty());
  loop.write(socket, quorum::encode_auth_packet({AuthStatus::success, "rspauth=0"}));
  loop.until([&] { return channel.learner.log.find("down leader8;") != std::string::npos; });
  CHECK_THAT(channel.learner.remarks, Contains("does not prove that it knows the password"));
}

TEST_CASE("SASL: what comes right behind the login, or without one, is not lost") {
  Channel channel(at(enabled), at(logging_in));
  auto socket = channel.connect(channel.port);
  const std::string info = packet(PacketType::follower_info, 5);
  channel.write(socket, info + packet(PacketType::ack, 6));
  channel.until([&] { return channel.leader.packets.size() > info.size(); });
  CHECK(channel.leader.packets == info + packet(PacketType::ack, 6));
}

TEST_CASE("SASL: a proof that takes its time is made elsewhere, and may be forgotten") {
  struct Slow : sasl::DigestMd5Client {
    using DigestMd5Client::DigestMd5Client;
    bool blocks() const override { return true; }
  };
  PeerLogins slow = *at(demanding);
  slow.prove = [](const std::string&) { return std::make_unique<Slow>(kNames, "us", "secret", "C"); };
  Channel channel(at(demanding), nullptr);
  slow.errands = std::make_shared<Errands>(channel.io);
  LinksServer learner(channel, with<LearnerLinksOptions>(std::make_shared<const PeerLogins>(slow)));
  learner.links->connect(kToLeader, {{"127.0.0.1", channel.port}});
  channel.until([&] { return learner.log == "up leader7;"; });
  learner.links->connect(LinkId{8}, {{"127.0.0.1", channel.port}});
  learner.links.reset();
  slow.errands->close();
  channel.settle();
  CHECK(learner.log == "up leader7;");
}

TEST_CASE("SASL: who says nothing is waited for where no login is demanded, and then let in") {
  PeerLogins hasty = *at(enabled);
  hasty.timeout_ms = 50;
  Channel channel(std::make_shared<const PeerLogins>(hasty), nullptr);
  channel.until([&] { return channel.leader.log == "up learner1;"; });
}

TEST_CASE("SASL: who sends no login, or none that ends, is dropped in time") {
  Logins logins = at(demanding);
  PeerLogins hasty = *logins;
  hasty.timeout_ms = 50;
  Channel channel(std::make_shared<const PeerLogins>(hasty), nullptr);
  channel.until([&] { return channel.learner.log == "up leader7;down leader7;"; });
  CHECK_THAT(channel.leader.remarks, Contains("not done in time"));
  auto socket = channel.connect(channel.port);
  channel.write(socket, kFirst + kFirst);
  CHECK_FALSE(channel.read(socket, 16).empty());
  channel.until(
      [&] { return channel.leader.remarks.find("no list") != std::string::npos || channel.ended(socket); });
  CHECK(channel.leader.log.empty());
}

}  // namespace paddock::net
