#include "server/net/learner_links.h"

#include <fmt/core.h>

#include "links_fixture.h"
#include "protocol/jute/codec.h"
#include "protocol/quorum/snapshot_stream.h"

namespace paddock::net {
namespace {

using quorum::PacketType;
using quorum::QuorumPacket;
using Server = LinksServer;
using Pair = LinkedPair;
using Tcp = Loop::Tcp;

std::string snapshot_stream() {
  std::string out;
  quorum::SnapshotWriter writer(out);
  writer.session_count(1);
  writer.session({0x1234, 4000});
  writer.acl_count(1);
  writer.acl({1, {{31, {"world", "anyone"}}}});
  writer.node({"", "", quorum::kOpenAclId, {}});
  writer.node({"/a", std::string(300, 'x'), 1, {}});
  writer.end_of_nodes();
  writer.signature();
  return out;
}

TEST_CASE("Packets pass between a learner and its leader, once they are flushed") {
  Pair pair;
  pair.learner.send(kToLeader, packet(PacketType::follower_info, 1, "who"));
  pair.settle();
  CHECK(pair.leader.log.empty());
  pair.learner.links->flush();
  pair.until([&] { return pair.leader.log == "learner1 11;"; });
  pair.leader.send(kFirstLearner, packet(PacketType::leader_info, 2));
  pair.leader.send(kFirstLearner, packet(PacketType::diff, 3, ""));
  pair.leader.links->flush();
  pair.until([&] { return pair.learner.log == "leader7 17;leader7 13;"; });
  CHECK(pair.learner.packets == packet(PacketType::leader_info, 2) + packet(PacketType::diff, 3, ""));
  CHECK(pair.learner.batches > 0);
}

TEST_CASE("Packets may be cut anywhere") {
  Loop loop;
  Server leader(loop);
  auto learner = loop.connect(leader.listen());
  const std::string stream = packet(PacketType::observer_info, 1, "who") + packet(PacketType::ping, 2, "") +
                             packet(PacketType::request, -1, std::string(200, 'x'));
  for (const char byte : stream) {
    loop.write(learner, std::string_view(&byte, 1));
    loop.settle();
  }
  loop.until([&] { return leader.packets.size() == stream.size(); });
  CHECK(leader.packets == stream);
}

TEST_CASE("The stream behind a SNAP is handed over as it comes, and packets go on behind it") {
  Loop loop;
  auto leader = loop.listen();
  Server learner(loop);
  learner.links->connect(kToLeader, {{"127.0.0.1", leader.local_endpoint().port()}});
  auto link = loop.accept(leader);
  const std::string stream =
      packet(PacketType::snap, 5) + snapshot_stream() + packet(PacketType::new_leader, 6);
  const size_t piece = GENERATE(size_t{1}, size_t{3}, size_t{1000});
  for (size_t at = 0; at < stream.size(); at += piece) {
    loop.write(link, std::string_view(stream).substr(at, piece));
    loop.settle();
  }
  loop.until([&] { return learner.log == "up leader7;leader7 15;snapshot;leader7 10;"; });
  CHECK(learner.snapshot == snapshot_stream());
}

TEST_CASE(
    "A snapshot stream that is none ends the link; on a learner's link a SNAP is a packet like any other") {
  Loop loop;
  auto leader = loop.listen();
  Server server(loop);
  server.links->connect(kToLeader, {{"127.0.0.1", leader.local_endpoint().port()}});
  auto link = loop.accept(leader);
  loop.write(link, packet(PacketType::snap, 5) + std::string(8, '\0') + "\x7f\x7f\x7f\x7f");
  loop.until([&] { return server.log == "up leader7;leader7 15;down leader7;"; });
  CHECK_FALSE(server.remarks.empty());
  auto learner = loop.connect(server.listen());
  loop.write(learner, packet(PacketType::snap, 5) + packet(PacketType::ping, 6));
  loop.until([&] { return server.log.ends_with("up learner1;learner1 15;learner1 5;"); });
}

TEST_CASE("An attempt to connect is answered once: refused, or a name that is none") {
  Loop loop;
  Server learner(loop);
  auto acceptor = loop.listen();
  const auto port = acceptor.local_endpoint().port();
  acceptor.close();
  learner.links->connect(kToLeader, {{GENERATE("127.0.0.1", "no-such-host.invalid"), port}});
  loop.until([&] { return !learner.log.empty(); });
  CHECK(learner.log == "down leader7;");
  CHECK(learner.batches == 1);
}

TEST_CASE("Behind close nothing is heard of a link, and what was sent before arrives") {
  Pair pair;
  const std::string large = packet(PacketType::proposal, 9, std::string(1000000, 'x'));
  pair.leader.send(kFirstLearner, packet(PacketType::ping, 1));
  for (int i = 0; i < 5; ++i) pair.leader.send(kFirstLearner, large);
  pair.leader.links->close(kFirstLearner);
  pair.learner.send(kToLeader, packet(PacketType::ack, 1));
  pair.learner.links->flush();
  pair.until([&] { return pair.learner.log.ends_with("down leader7;"); });
  CHECK(pair.learner.log == "leader7 5;leader7 2;leader7 2;leader7 2;leader7 2;leader7 2;down leader7;");
  CHECK(pair.leader.log.empty());
}

TEST_CASE("A closed attempt to connect is not answered") {
  Loop loop;
  Server leader(loop);
  Server learner(loop);
  learner.links->connect(kToLeader, {{"127.0.0.1", leader.listen()}});
  learner.links->close(kToLeader);
  learner.links->connect(LinkId{8}, {{"127.0.0.1", leader.links->port()}});
  loop.until([&] { return learner.log == "up leader8;"; });
}

TEST_CASE("A link that was over the low-water mark says when it is below again, once") {
  Pair pair;
  pair.leader.send(kFirstLearner, packet(PacketType::ping, 1));
  pair.leader.links->flush();
  for (int i = 0; i < 3; ++i) {
    pair.leader.send(kFirstLearner, packet(PacketType::proposal, 9, std::string(1000000, 'x')));
  }
  pair.leader.links->flush();
  CHECK(pair.leader.log.empty());  // never from within
  pair.until([&] { return pair.leader.log == "drained learner1;"; });
  pair.until([&] { return pair.learner.log == "leader7 5;leader7 2;leader7 2;leader7 2;"; });
  CHECK(pair.leader.log == "drained learner1;");
}

TEST_CASE("A link that takes nothing is dropped when it owes too much, and is read until then") {
  LearnerLinksOptions options;
  options.max_output_bytes = 8 << 20;
  options.low_water_bytes = SIZE_MAX;
  Loop loop;
  Server leader(loop, options);
  auto learner = loop.connect(leader.listen());
  loop.until([&] { return leader.log == "up learner1;"; });
  const std::string large = packet(PacketType::proposal, 9, std::string(1 << 20, 'x'));
  for (int i = 0; i < 7; ++i) leader.send(kFirstLearner, large);
  leader.links->flush();
  loop.write(learner, packet(PacketType::ack, 1));
  loop.until([&] { return leader.log == "up learner1;learner1 3;"; });
  for (int i = 0; i < 20; ++i) leader.send(kFirstLearner, large);
  leader.links->flush();
  loop.until([&] { return leader.log == "up learner1;learner1 3;down learner1;"; });
  CHECK(leader.remarks == "it does not take what it is sent;");
}

TEST_CASE("A packet over the limit ends its link, and only that") {
  LearnerLinksOptions options;
  options.max_buffer = 1000;
  Loop loop;
  Server leader(loop, options);
  auto bad = loop.connect(leader.listen());
  loop.write(bad, packet(PacketType::request, -1, std::string(1001, 'x')));
  loop.until([&] { return leader.log == "up learner1;down learner1;"; });
  auto good = loop.connect(leader.links->port());
  loop.write(good, packet(PacketType::request, -1, std::string(1000, 'x')));
  loop.until([&] { return leader.log == "up learner1;down learner1;up learner2;learner2 1;"; });
}

TEST_CASE("A port that is not listened on refuses; links that are there stay") {
  Pair pair;
  const uint16_t port = pair.leader.links->port();
  pair.leader.links->stop_listening();
  Server late(pair);
  late.links->connect(LinkId{1}, {{"127.0.0.1", port}});
  pair.until([&] { return late.log == "down leader1;"; });
  pair.learner.send(kToLeader, packet(PacketType::ack, 1));
  pair.learner.links->flush();
  pair.until([&] { return pair.leader.log == "learner1 3;"; });
}

TEST_CASE("A port that is taken and a name that is not known yet are told apart") {
  Loop loop;
  Server first(loop);
  LearnerLinksOptions options;
  options.own = {{"127.0.0.1", first.listen()}};
  LearnerLinks second(loop.io, options, first);
  CHECK_FALSE(second.listen().ok());
  CHECK_FALSE(second.awaits_own_name());
  options.own = {{"not-yet.invalid", 0}};
  LearnerLinks third(loop.io, options, first);
  CHECK_FALSE(third.listen().ok());
  CHECK(third.awaits_own_name());
  CHECK_FALSE(third.is_listening());
}

TEST_CASE("Learners beyond the limit are turned away until one leaves") {
  LearnerLinksOptions options;
  options.max_inbound = 1;
  Loop loop;
  Server leader(loop, options);
  auto first = loop.connect(leader.listen());
  auto second = loop.connect(leader.links->port());
  CHECK(loop.ended(second));
  first.close();
  loop.until([&] { return leader.log == "up learner1;down learner1;"; });
  auto third = loop.connect(leader.links->port());
  loop.until([&] { return leader.log.ends_with("up learner2;"); });
}

}  // namespace
}  // namespace paddock::net
