// Servers with an election mesh each, whose handlers write down what they hear.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loop.h"
#include "server/net/election_mesh.h"

namespace paddock::net {

inline quorum::Notification vote(int64_t leader, int64_t round = 1) {
  quorum::Notification notification;
  notification.leader = ServerId{leader};
  notification.round = round;
  return notification;
}

struct Heard {
  int64_t from;
  int64_t leader;
  int64_t round;
  bool operator==(const Heard&) const = default;
};

// One server's mesh, with a handler that writes down what it hears.
class MeshServer : public ElectionHandler {
 public:
  MeshServer(Loop& loop, int64_t id, ElectionMeshOptions options = {}) : loop_(loop) {
    if (options.own.empty()) options.own = {{"127.0.0.1", 0}};
    options.self = ServerId{id};
    options_ = options;
    start();
  }

  void start() {
    mesh.emplace(loop_.io, options_, *this);
    const auto listening = mesh->listen();
    if (!listening) FAIL(listening.fault().message);
    options_.own[0].port = mesh->port();  // a restart comes back to the same place
  }
  void stop() { mesh.reset(); }
  // The hello must name the port that the system chose, so the mesh is made again with it.
  void settle_port() {
    stop();
    start();
  }

  std::vector<PeerAddress> address() const { return {{"127.0.0.1", options_.own[0].port}}; }
  void on_notification(ServerId from, const quorum::Notification& message) override {
    heard.push_back({from.value, message.leader.value, message.round});
  }
  void on_peer_up(ServerId peer) override { events += fmt::format("up {};", peer.value); }
  void on_peer_down(ServerId peer) override { events += fmt::format("down {};", peer.value); }
  void on_election_remark(std::string_view text) override { remarks += fmt::format("{};", text); }
  void on_batch_end() override { ++batches; }

  std::optional<ElectionMesh> mesh;
  std::vector<Heard> heard;
  std::string events;
  std::string remarks;
  int batches = 0;

 private:
  Loop& loop_;
  ElectionMeshOptions options_;
};

// Servers 1, 2, ... that know each other.
struct Ensemble : Loop {
  explicit Ensemble(int count) {
    for (int id = 1; id <= count; ++id) servers.emplace_back(*this, id).settle_port();
    for (int id = 1; id <= count; ++id) introduce(id);
  }
  MeshServer& server(int id) { return servers[static_cast<size_t>(id - 1)]; }
  void introduce(int id) {
    std::map<ServerId, std::vector<PeerAddress>> all;
    for (size_t i = 0; i < servers.size(); ++i)
      all[ServerId{static_cast<int64_t>(i + 1)}] = servers[i].address();
    server(id).mesh->set_peers(all);
  }
  void send(int from, int to, const quorum::Notification& message) {
    server(from).mesh->send(ServerId{to}, message);
  }
  void until_heard(int id, const Heard& what) {
    until([&] {
      const auto& heard = server(id).heard;
      return std::find(heard.begin(), heard.end(), what) != heard.end();
    });
  }
  std::deque<MeshServer> servers;
};

}  // namespace paddock::net
