#include "server/net/election_mesh.h"

#include "mesh_fixture.h"
#include "peer_keys.h"

namespace paddock::net {
namespace {

using Catch::Matchers::Contains;
using Security = std::shared_ptr<PeerSecurity>;
using std::chrono::steady_clock;

ElectionMeshOptions with(const Security& security) {
  ElectionMeshOptions options;
  options.security = security;
  return options;
}

Security speaking(Loop& loop, bool dials, bool accepts_plain) {
  auto options = shows(peer_keys().here);
  options.dials = dials;
  options.accepts_plain = accepts_plain;
  return secured(loop, options);
}

// Servers 1 and 2, which know each other, each with what it is told of TLS.
struct Two : Loop {
  Two(const Issued& first, const Issued& second) { begin(secured(*this, first), secured(*this, second)); }
  Two() = default;

  void begin(const Security& first, const Security& second) {
    one.emplace(*this, 1, with(first));
    two.emplace(*this, 2, with(second));
    for (auto* const each : {&*one, &*two}) each->settle_port();
    const std::map<ServerId, std::vector<PeerAddress>> all = {{ServerId{1}, one->address()},
                                                              {ServerId{2}, two->address()}};
    for (auto* const each : {&*one, &*two}) each->mesh->set_peers(all);
    for (const auto& security : {first, second}) {
      if (security) security->set_members(all);
    }
  }
  MeshServer& server(int id) { return id == 1 ? *one : *two; }
  void send(int from) { server(from).mesh->send(ServerId{3 - from}, vote(from)); }
  // `from` goes on saying it until it, or somebody, is told of.
  void until_remark(int from, const std::string& part) {
    send(from);
    until([&] { return server(from).remarks.find(part) != std::string::npos; });
  }
  std::optional<MeshServer> one;
  std::optional<MeshServer> two;
};

TEST_CASE("TLS: whoever speaks first, each of two servers hears the other, on one connection") {
  Two two(peer_keys().here, peer_keys().here);
  const int first = GENERATE(1, 2);
  const int second = 3 - first;
  two.send(first);
  two.until([&] { return two.server(second).heard == std::vector<Heard>{{first, first, 1}}; });
  two.send(second);
  two.until([&] { return two.server(first).heard == std::vector<Heard>{{second, second, 1}}; });
  CHECK(two.server(first).events == fmt::format("up {};", second));
  CHECK(two.server(second).events == fmt::format("up {};", first));
  CHECK(two.server(1).remarks + two.server(2).remarks == "");
}

// plain, portUnification, sslQuorum with portUnification, sslQuorum: each step of the way understands the one
// before it.
TEST_CASE("TLS: servers that are one step of a change apart hear each other") {
  Two two;
  const int step = GENERATE(1, 2, 3);
  const auto of_step = [&](int which) -> Security {
    return which == 0 ? nullptr : speaking(two, which >= 2, which <= 2);
  };
  const bool upwards = GENERATE(true, false);
  two.begin(of_step(upwards ? step - 1 : step), of_step(upwards ? step : step - 1));
  two.send(1);
  two.send(2);
  two.until([&] { return !two.one->heard.empty() && !two.two->heard.empty(); });
  CHECK(two.one->heard.front() == Heard{2, 2, 1});
  CHECK(two.two->heard.front() == Heard{1, 1, 1});
}

TEST_CASE("TLS: a plain server gets nowhere in an ensemble of TLS, and is told of") {
  Two two;
  const int plain = GENERATE(1, 2);
  const int secure = 3 - plain;
  const auto security = speaking(two, true, false);
  two.begin(plain == 1 ? nullptr : security, plain == 2 ? nullptr : security);
  two.send(plain);
  two.until([&] { return !two.server(secure).remarks.empty(); });
  CHECK_THAT(two.server(secure).remarks, Contains("dropped the connection of /127.0.0.1:") &&
                                             Contains("it does not speak TLS; see sslQuorum"));
  two.send(secure);
  two.until([&] { return !two.server(plain).remarks.empty(); });
  CHECK_THAT(two.server(plain).remarks,
             Contains("dropped the connection of /127.0.0.1:") && Contains("it speaks TLS; see sslQuorum"));
  CHECK(two.one->heard.empty());
  CHECK(two.two->heard.empty());
}

TEST_CASE("TLS: a server whose certificate is for another host is nobody, whoever of the two dials") {
  Two two(peer_keys().elsewhere, peer_keys().here);
  two.send(1);
  two.until([&] { return !two.two->remarks.empty(); });
  CHECK_THAT(two.two->remarks, Contains("dropped the connection of /127.0.0.1:") &&
                                   Contains("it says that it is server 1, but shows the certificate of "
                                            "CN=elsewhere (from 127.0.0.1), which is not for 127.0.0.1"));
  two.until_remark(2, "server 1 cannot be reached: it shows the certificate of CN=elsewhere");
  CHECK(two.one->heard.empty());
  CHECK(two.two->heard.empty());
  CHECK(two.two->events == "");
}

TEST_CASE("TLS: who dials with a certificate that is refused learns why once, and dials ever more seldom") {
  Two two(peer_keys().here, peer_keys().forged);
  const std::string& events = two.two->events;
  const auto began = steady_clock::now();
  two.until([&] {
    if (!events.ends_with("up 1;")) two.send(2);
    return steady_clock::now() - began > std::chrono::milliseconds(600);
  });
  CHECK_THAT(two.two->remarks, Contains("server 1 cannot be reached: ") && Contains("alert") &&
                                   Contains("see ssl.quorum.keyStore here"));
  CHECK(std::count(two.two->remarks.begin(), two.two->remarks.end(), ';') == 2);
  CHECK(std::count(events.begin(), events.end(), 'u') <= 3);  // now, 100 ms and 300 ms later
  CHECK(two.one->heard.empty());
}

TEST_CASE("TLS: who connects and says nothing keeps no place that a server needs") {
  Two two;
  auto options = with(secured(two, peer_keys().here));
  options.max_half_open = 2;
  MeshServer server(two, 1, options);
  std::vector<Loop::Tcp::socket> silent;
  for (int i = 0; i < 5; ++i) silent.push_back(two.connect(server.mesh->port()));
  for (size_t i = 0; i < 3; ++i) CHECK(two.ended(silent[i]));
  MeshServer other(two, 2, with(secured(two, peer_keys().here)));
  other.settle_port();
  other.mesh->set_peers({{ServerId{1}, server.address()}});
  other.mesh->send(ServerId{1}, vote(2));
  two.until([&] { return server.heard == std::vector<Heard>{{2, 2, 1}}; });
}

}  // namespace
}  // namespace paddock::net
