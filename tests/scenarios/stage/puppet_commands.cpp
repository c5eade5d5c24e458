// Servers that say what the scenario says.
#include "command_parts.h"

namespace paddock::scenarios {

Status puppet(Stage& stage, Words& words) {
  return for_each_server(stage, words, [&](int64_t id) { stage.cluster.become_puppet(id); });
}

Status vote(Stage& stage, Words& words) {
  const Route route = words.route();
  quorum::Notification message;
  const std::string state = words.word();
  if (state == "follows") message.state = quorum::PeerState::following;
  if (state == "leads") message.state = quorum::PeerState::leading;
  message.leader = ServerId{words.number()};
  message.zxid = words.zxid();
  if (!words.take("of")) return words.fault("of");
  message.peer_epoch = words.number();
  if (!words.take("round")) return words.fault("round");
  message.round = words.number();
  stage.cluster.vote_as_puppet(route, message);
  return words.status("a vote");
}

Status dial(Stage& stage, Words& words) {
  const Route route = words.route();
  Machine* leader = running(stage, route.to);
  if (leader == nullptr) return not_running(route.to);
  const Link& link =
      stage.cluster.network().connect({route.from, route.to, LinkId{static_cast<uint64_t>(route.from)}});
  leader->engine->link_up(link.leader_end, stage.cluster.now());
  stage.cluster.absorb(route.to);
  return words.status("a way like 3>1");
}

Status say(Stage& stage, Words& words) {
  const Route route = words.route();
  std::string storage;
  const auto packet = parse_packet(words.rest(), storage);
  if (!packet.ok()) return packet.fault();
  if (!stage.cluster.send_as_puppet(route, packet.value())) return make_fault("there is no link");
  return words.status("a packet");
}

Status image(Stage& stage, Words& words) {
  const Route route = words.route();
  const Records state = words.records();
  std::string text = image_of(state);
  if (words.take("broken")) text = text.substr(0, text.size() / 2) + "\n!";
  if (!stage.cluster.send_piece_as_puppet(route, text)) return make_fault("there is no link");
  return words.status("an image");
}

Status hang(Stage& stage, Words& words) {
  if (!words.take("up")) return words.fault("up");
  stage.cluster.hang_up_as_puppet(words.route());
  return words.status("a way like 3>1");
}

}  // namespace paddock::scenarios
