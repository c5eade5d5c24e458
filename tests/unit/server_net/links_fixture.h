// Servers with learner links each, whose handlers write down what they hear.
#pragma once

#include <fmt/core.h>

#include <optional>
#include <string>

#include "loop.h"
#include "protocol/jute/codec.h"
#include "server/net/learner_links.h"

namespace paddock::net {

inline constexpr LinkId kToLeader{7};
inline constexpr LinkId kFirstLearner{kFirstInboundLink + 1};

inline std::string packet(quorum::PacketType type, int64_t zxid, jute::Buffer data = {}) {
  quorum::QuorumPacket packet;
  packet.type = static_cast<int32_t>(type);
  packet.zxid = zxid;
  packet.data = data;
  return jute::encoded(packet);
}

// One server's links, with a handler that writes down what it hears.
class LinksServer : public LearnerLinkHandler {
 public:
  explicit LinksServer(Loop& loop, LearnerLinksOptions options = {}) {
    options.own = {{"127.0.0.1", 0}};
    links.emplace(loop.io, options, *this);
  }
  uint16_t listen() {
    const auto listening = links->listen();
    if (!listening) FAIL(listening.fault().message);
    return links->port();
  }
  void send(LinkId link, std::string bytes) { links->send(link, Bytes(std::move(bytes))); }

  void on_link_up(LinkId link) override { log += fmt::format("up {};", name(link)); }
  void on_link_down(LinkId link) override { log += fmt::format("down {};", name(link)); }
  void on_packet(LinkId link, const quorum::QuorumPacket& packet) override {
    log += fmt::format("{} {};", name(link), packet.type);
    packets += jute::encoded(packet);
  }
  void on_snapshot(LinkId, Bytes piece, bool last) override {
    snapshot += piece.view();
    if (last) log += "snapshot;";
  }
  void on_drained(LinkId link) override { log += fmt::format("drained {};", name(link)); }
  void on_link_remark(LinkId, std::string_view text) override { remarks += fmt::format("{};", text); }
  void on_batch_end() override { ++batches; }

  std::optional<LearnerLinks> links;
  std::string log;
  std::string packets;
  std::string snapshot;
  std::string remarks;
  int batches = 0;

 private:
  static std::string name(LinkId link) {
    return link.value > kFirstInboundLink ? fmt::format("learner{}", link.value - kFirstInboundLink)
                                          : fmt::format("leader{}", link.value);
  }
};

// A leader and a learner that is connected to it.
struct LinkedPair : Loop {
  explicit LinkedPair(const LearnerLinksOptions& options = {})
      : leader(*this, options), learner(*this, options) {
    learner.links->connect(kToLeader, {{"127.0.0.1", leader.listen()}});
    until([&] { return leader.log == "up learner1;" && learner.log == "up leader7;"; });
    leader.log.clear();
    learner.log.clear();
  }
  LinksServer leader;
  LinksServer learner;
};

}  // namespace paddock::net
