#include "server/net/election_mesh.h"

#include <fmt/core.h>

#include <optional>
#include <set>

#include "mesh_fixture.h"
#include "protocol/jute/endian.h"

namespace paddock::net {
namespace {

using quorum::Notification;
using Server = MeshServer;
using Tcp = Loop::Tcp;

std::string hello(int64_t id, const std::string& address) {
  return quorum::encode_hello({ServerId{id}, address});
}

TEST_CASE("Whoever speaks first, each of two servers hears the other, on one connection") {
  Ensemble two(2);
  const int first = GENERATE(1, 2);
  const int second = 3 - first;
  two.send(first, second, vote(first));
  two.until_heard(second, {first, first, 1});
  two.send(second, first, vote(second));
  two.until_heard(first, {second, second, 1});
  CHECK(two.server(first).events == fmt::format("up {};", second));
  CHECK(two.server(second).events == fmt::format("up {};", first));
  CHECK(two.server(first).batches > 0);
}

TEST_CASE("Two servers that dial each other at once end up with one connection that carries both ways") {
  Ensemble two(2);
  two.send(1, 2, vote(1));
  two.send(2, 1, vote(2));
  two.until_heard(1, {2, 2, 1});
  two.until_heard(2, {1, 1, 1});
  two.send(1, 2, vote(1, 5));
  two.send(2, 1, vote(2, 6));
  two.until_heard(1, {2, 2, 6});
  two.until_heard(2, {1, 1, 5});
}

TEST_CASE("Five servers that speak to all hear all") {
  Ensemble five(5);
  for (int from = 1; from <= 5; ++from) {
    for (int to = 1; to <= 5; ++to) {
      if (to != from) five.send(from, to, vote(from));
    }
  }
  for (int to = 1; to <= 5; ++to) {
    for (int from = 1; from <= 5; ++from) {
      if (to != from) five.until_heard(to, {from, from, 1});
    }
  }
}

TEST_CASE("A server that was not there hears only the newest of what it missed") {
  Ensemble two(2);
  const int absent = GENERATE(1, 2);
  const int speaker = 3 - absent;
  two.server(absent).stop();
  for (int round = 1; round <= 3; ++round) two.send(speaker, absent, vote(speaker, round));
  two.until([&] { return two.server(speaker).events == fmt::format("down {};", absent); });
  CHECK(two.server(speaker).remarks ==
        fmt::format("server {} cannot be reached: Connection refused;", absent));
  two.server(absent).start();
  two.introduce(absent);
  two.until_heard(absent, {speaker, speaker, 3});
  CHECK(two.server(absent).heard.size() == 1);
}

TEST_CASE("What is said before the address is known goes out when it is") {
  Ensemble two(2);
  two.server(2).mesh->set_peers({});
  two.send(2, 1, vote(2));
  two.settle();
  two.introduce(2);
  two.until_heard(1, {2, 2, 1});
}

TEST_CASE("A server that comes back is told the last message again") {
  Ensemble two(2);
  const int restarted = GENERATE(1, 2);
  const int other = 3 - restarted;
  two.send(other, restarted, vote(7, 3));
  two.until_heard(restarted, {other, 7, 3});
  two.server(restarted).stop();
  two.until([&] { return two.server(other).events.ends_with(fmt::format("down {};", restarted)); });
  two.server(restarted).heard.clear();
  two.server(restarted).start();
  two.introduce(restarted);
  two.send(restarted, other, vote(restarted));
  two.until_heard(restarted, {other, 7, 3});
  two.until_heard(other, {restarted, restarted, 1});
}

TEST_CASE("The hello of a server comes in one piece, with the address that others know") {
  Loop loop;
  Server server(loop, 3);
  server.settle_port();
  auto acceptor = loop.listen();
  server.mesh->set_peers({{ServerId{9}, {{"127.0.0.1", acceptor.local_endpoint().port()}}}});
  server.mesh->send(ServerId{9}, vote(3));
  auto peer = loop.accept(acceptor);
  const std::string expected = hello(3, fmt::format("127.0.0.1:{}", server.address()[0].port));
  CHECK(loop.read(peer, 4096) == expected);  // then it hangs up: the larger id is to call back
}

TEST_CASE("A stranger with a larger id is answered on its connection, in every form of the hello") {
  Loop loop;
  Server server(loop, 3);
  auto peer = loop.connect(server.mesh->port());
  loop.write(peer, GENERATE(hello(50, "0.0.0.0:1"), hello(50, "")) + quorum::encode_notification(vote(50)));
  loop.until([&] { return server.heard == std::vector<Heard>{{50, 50, 1}}; });
  server.mesh->send(ServerId{50}, vote(3));
  const std::string answer = quorum::encode_notification(vote(3));
  CHECK(loop.read(peer, answer.size()) == answer);
  peer.close();
  loop.until([&] { return server.events == "up 50;down 50;"; });
}

TEST_CASE("A stranger with a smaller id is called back where it says that it listens") {
  Loop loop;
  Server server(loop, 3);
  auto acceptor = loop.listen();
  auto peer = loop.connect(server.mesh->port());
  loop.write(peer, hello(2, fmt::format("127.0.0.1:{}", acceptor.local_endpoint().port())));
  auto called_back = loop.accept(acceptor);
  CHECK(loop.ended(peer));
  CHECK(loop.read(called_back, 20).substr(0, 16) == hello(3, "x").substr(0, 16));
}

TEST_CASE("Observers without an id get one each") {
  Loop loop;
  Server server(loop, 3);
  const std::string nobody = hello(INT64_MAX, "0.0.0.0:1");
  auto one = loop.connect(server.mesh->port());
  auto two = loop.connect(server.mesh->port());
  loop.write(one, nobody + quorum::encode_notification(vote(1)));
  loop.until([&] { return server.heard.size() == 1; });
  loop.write(two, nobody + quorum::encode_notification(vote(1)));
  loop.until([&] { return server.heard.size() == 2; });
  CHECK(server.heard == std::vector<Heard>{{-1, 1, 1}, {-2, 1, 1}});
}

TEST_CASE("Who says our own id is dropped, and told of") {
  Loop loop;
  Server server(loop, 3);
  auto peer = loop.connect(server.mesh->port());
  loop.write(peer, hello(3, "127.0.0.1:1"));
  CHECK(loop.ended(peer));
  CHECK(server.remarks == "another server says that it is server 3, too;");
}

TEST_CASE("A newer connection of the same server replaces the older one without a word") {
  Loop loop;
  Server server(loop, 3);
  auto older = loop.connect(server.mesh->port());
  loop.write(older, hello(50, "") + quorum::encode_notification(vote(1)));
  loop.until([&] { return server.heard.size() == 1; });
  auto newer = loop.connect(server.mesh->port());
  loop.write(newer, hello(50, "") + quorum::encode_notification(vote(2)));
  loop.until([&] { return server.heard.size() == 2; });
  CHECK(loop.ended(older));
  CHECK(server.events == "up 50;up 50;");
}

TEST_CASE("Messages may be cut anywhere; one that means nothing is left out") {
  Loop loop;
  Server server(loop, 3);
  auto peer = loop.connect(server.mesh->port());
  std::string unknown_state = quorum::encode_notification(vote(1));
  unknown_state[7] = 9;
  std::string too_short(4 + 27, '\0');
  jute::store_int(too_short.data(), 27);
  const std::string stream = hello(50, "") + quorum::encode_notification(vote(1)) + unknown_state +
                             too_short + quorum::encode_notification(vote(2));
  for (const char byte : stream) {
    loop.write(peer, std::string_view(&byte, 1));
    loop.settle();
  }
  loop.until([&] { return server.heard == std::vector<Heard>{{50, 1, 1}, {50, 2, 1}}; });
  CHECK(server.events == "up 50;");
}

TEST_CASE("A message of a length that is not allowed ends the connection") {
  Loop loop;
  Server server(loop, 3);
  auto peer = loop.connect(server.mesh->port());
  std::string length(4, '\0');
  jute::store_int(length.data(), GENERATE(0, -1, quorum::kMaxElectionMessage + 1));
  loop.write(peer, hello(50, "") + length);
  CHECK(loop.ended(peer));
  loop.until([&] { return server.events == "up 50;down 50;"; });
}

TEST_CASE("What does not say hello in time, or says nonsense, is dropped") {
  Loop loop;
  ElectionMeshOptions options;
  options.hello_timeout_ms = 50;
  Server server(loop, 3, options);
  auto peer = loop.connect(server.mesh->port());
  const bool nonsense = GENERATE(true, false);
  if (nonsense) loop.write(peer, std::string(8, '\xfe'));
  CHECK(loop.ended(peer));
  CHECK(server.events.empty());
}

TEST_CASE("Of too many connections without a hello the oldest gives way, so a server still gets in") {
  Loop loop;
  ElectionMeshOptions options;
  options.max_half_open = 3;
  Server server(loop, 3, options);
  std::vector<Tcp::socket> silent;
  for (int i = 0; i < 4; ++i) {
    silent.push_back(loop.connect(server.mesh->port()));
    loop.settle();
  }
  CHECK(loop.ended(silent[0]));
  auto peer = loop.connect(server.mesh->port());
  loop.write(peer, hello(50, "") + quorum::encode_notification(vote(1)));
  loop.until([&] { return server.heard.size() == 1; });
}

TEST_CASE("Strangers are few: those that left make room, those that are there do not") {
  Loop loop;
  ElectionMeshOptions options;
  options.max_strangers = 2;
  Server server(loop, 3, options);
  std::deque<Tcp::socket> peers;
  const auto come = [&](int64_t id) -> Tcp::socket& {
    loop.write(peers.emplace_back(loop.connect(server.mesh->port())),
               hello(id, "") + quorum::encode_notification(vote(id)));
    return peers.back();
  };
  come(50);
  come(51);
  loop.until([&] { return server.heard.size() == 2; });
  CHECK(loop.ended(come(52)));
  peers[0].close();
  loop.until([&] { return server.events.ends_with("down 50;"); });
  come(53);
  loop.until([&] { return server.heard.size() == 3; });
}

TEST_CASE("A name that cannot be resolved, or a silent address, harms nobody and is tried again") {
  Ensemble two(2);
  two.server(2).mesh->set_peers({{ServerId{1}, {{"no-such-host.invalid", 1}}}});
  two.send(2, 1, vote(2));
  two.until([&] { return two.server(2).remarks.starts_with("server 1 cannot be reached: Host not found"); });
  CHECK(two.server(2).events == "down 1;");
  two.introduce(2);
  two.until_heard(1, {2, 2, 1});
}

TEST_CASE("Of several addresses of a peer the one that answers is taken") {
  Ensemble two(2);
  auto nobody = two.listen();
  const auto dead_port = nobody.local_endpoint().port();
  nobody.close();
  two.server(2).mesh->set_peers({{ServerId{1}, {{"127.0.0.1", dead_port}, two.server(1).address()[0]}}});
  two.send(2, 1, vote(2));
  two.until_heard(1, {2, 2, 1});
  CHECK(two.server(2).events == "up 1;");
}

TEST_CASE("An election port that is taken is told of by its address; all addresses can be listened on") {
  Loop loop;
  Server first(loop, 1);
  Server other(loop, 2);
  ElectionMeshOptions options;
  options.self = ServerId{2};
  options.own = {{"127.0.0.1", first.mesh->port()}};
  ElectionMesh second(loop.io, options, other);
  const auto listening = second.listen();
  REQUIRE_FALSE(listening.ok());
  CHECK_THAT(
      listening.fault().message,
      Catch::StartsWith(fmt::format("election port: cannot listen on 127.0.0.1:{}: ", first.mesh->port())));
  options.own = {{"a-name-that-others-know.invalid", 0}};
  options.listen_on_all = true;
  ElectionMesh third(loop.io, options, other);
  CHECK(third.listen().ok());
  CHECK(third.port() != 0);
}

TEST_CASE("An own name that cannot be resolved yet does not end the server") {
  Loop loop;
  ElectionMeshOptions options;
  options.own = {{"not-yet.invalid", 0}};
  Server server(loop, 1);
  ElectionMesh mesh(loop.io, options, server);
  CHECK(mesh.listen().ok());
  CHECK_THAT(server.remarks, Catch::StartsWith("own election address: not-yet.invalid cannot be resolved"));
  CHECK(mesh.port() == 0);
}

}  // namespace
}  // namespace paddock::net
