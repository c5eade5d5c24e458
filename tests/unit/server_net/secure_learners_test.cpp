#include "server/net/learner_links.h"

#include "links_fixture.h"
#include "peer_keys.h"

namespace paddock::net {
namespace {

using Catch::Matchers::Contains;
using quorum::PacketType;
using Security = std::shared_ptr<PeerSecurity>;

LearnerLinksOptions with(const Security& security) {
  LearnerLinksOptions options;
  options.security = security;
  return options;
}

std::string introduction(PacketType type, int64_t server) {
  return packet(type, 0, jute::encoded(quorum::LearnerInfo{server, quorum::kProtocolJava, 0}));
}

// A leader, and a learner that dials it.
struct World : Loop {
  World(const Issued& of_leader, const Issued& of_learner) : security(secured(*this, of_leader)) {
    leader.emplace(*this, with(security));
    learner.emplace(*this, with(secured(*this, of_learner)));
    dial();
  }
  void dial() { learner->links->connect(kToLeader, {{"127.0.0.1", leader->listen()}}); }
  void until_linked() {
    until([&] { return leader->log == "up learner1;" && learner->log == "up leader7;"; });
  }
  void say(const std::string& packets) {
    learner->send(kToLeader, packets);
    learner->links->flush();
  }
  Security security;
  std::optional<LinksServer> leader;
  std::optional<LinksServer> learner;
};

TEST_CASE("TLS: packets of all sizes pass between a learner and its leader") {
  World world(peer_keys().here, peer_keys().here);
  world.until_linked();
  std::string down;
  std::string up;
  for (int i = 0; i < 400; ++i) {
    const std::string data(static_cast<size_t>(i) * 97 % 40000, static_cast<char>('a' + i % 26));
    down += packet(PacketType::proposal, i, data);
    up += packet(PacketType::ack, i, "");
    world.leader->send(kFirstLearner, packet(PacketType::proposal, i, data));
    world.learner->send(kToLeader, packet(PacketType::ack, i, ""));
    if (i % 7 == 0) world.leader->links->flush();
  }
  world.leader->links->flush();
  world.learner->links->flush();
  world.until([&] { return world.learner->packets.size() >= down.size(); });
  world.until([&] { return world.leader->packets.size() >= up.size(); });
  CHECK((world.learner->packets == down));
  CHECK((world.leader->packets == up));
}

TEST_CASE("TLS: a learner may be only a server whose host its certificate names") {
  World world(peer_keys().here, peer_keys().here);
  world.security->set_members({{ServerId{2}, {{"127.0.0.1", 1}}}, {ServerId{3}, {{"zk3.example.com", 1}}}});
  world.until_linked();
  const auto type = GENERATE(PacketType::follower_info, PacketType::observer_info);
  const int64_t claimed = GENERATE(2, 3, 9);
  const std::string before = packet(PacketType::ack, 0, "");  // which a leader takes from anybody
  world.say(before + introduction(type, claimed));
  if (claimed != 3) {
    world.until([&] { return world.leader->packets == before + introduction(type, claimed); });
    return;
  }
  world.until([&] { return world.leader->log.ends_with("down learner1;"); });
  CHECK(world.leader->packets == before);
  CHECK_THAT(world.leader->remarks,
             Contains("it says that it is server 3, but shows the certificate of CN=here "
                      "(from 127.0.0.1), which is not for zk3.example.com"));
}

TEST_CASE("TLS: a learner that does not trust its leader leaves, and is told so only after a rest") {
  const auto began = std::chrono::steady_clock::now();
  const bool forged = GENERATE(false, true);
  World world(forged ? peer_keys().forged : peer_keys().elsewhere, peer_keys().here);
  world.until([&] { return !world.learner->log.empty(); });
  CHECK(world.learner->log == "down leader7;");
  CHECK_THAT(world.learner->remarks,
             Contains("127.0.0.1:") &&
                 Contains(forged ? "see ssl.quorum.trustStore here" : "see ssl.quorum.hostnameVerification"));
  CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(200));
}

TEST_CASE("TLS: a link that is closed before it is there is told of no more") {
  World world(peer_keys().forged, peer_keys().here);
  const bool rests = GENERATE(false, true);
  if (rests) world.until([&] { return !world.leader->remarks.empty(); });
  world.settle();
  world.learner->links->close(kToLeader);
  boost::asio::steady_timer later(world.io, std::chrono::milliseconds(400));
  bool over = false;
  later.async_wait([&](const auto&) { over = true; });
  world.until([&] { return over; });
  CHECK(world.learner->log == "");
}

TEST_CASE("TLS: who connects to the quorum port and says nothing keeps no place that a learner needs") {
  Loop loop;
  auto options = with(secured(loop, peer_keys().here));
  options.max_half_open = 2;
  LinksServer leader(loop, options);
  const uint16_t port = leader.listen();
  std::vector<Loop::Tcp::socket> silent;
  for (int i = 0; i < 5; ++i) silent.push_back(loop.connect(port));
  for (size_t i = 0; i < 3; ++i) CHECK(loop.ended(silent[i]));
  LinksServer learner(loop, with(secured(loop, peer_keys().here)));
  learner.links->connect(kToLeader, {{"127.0.0.1", port}});
  loop.until([&] { return leader.log == "up learner6;" && learner.log == "up leader7;"; });
}

TEST_CASE("TLS: a learner without TLS is turned away from the quorum port, and is told of by its address") {
  Loop loop;
  LinksServer leader(loop, with(secured(loop, peer_keys().here)));
  auto learner = loop.connect(leader.listen());
  loop.write(learner, introduction(PacketType::follower_info, 2));
  CHECK(loop.ended(learner));
  CHECK(leader.log == "");
  CHECK_THAT(leader.remarks,
             Contains("/127.0.0.1:") && Contains(": it does not speak TLS; see sslQuorum of both"));
}

}  // namespace
}  // namespace paddock::net
