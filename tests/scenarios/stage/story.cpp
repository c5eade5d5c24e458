#include "story.h"

#include <array>
#include <charconv>

#include "protocol/jute/codec.h"

namespace paddock::scenarios {
namespace {

using quorum::PacketType;

struct Name {
  PacketType type;
  std::string_view text;
};
constexpr std::array kNames = {
    Name{PacketType::request, "REQUEST"},
    Name{PacketType::proposal, "PROPOSAL"},
    Name{PacketType::ack, "ACK"},
    Name{PacketType::commit, "COMMIT"},
    Name{PacketType::ping, "PING"},
    Name{PacketType::revalidate, "REVALIDATE"},
    Name{PacketType::sync, "SYNC"},
    Name{PacketType::inform, "INFORM"},
    Name{PacketType::commit_and_activate, "COMMITANDACTIVATE"},
    Name{PacketType::new_leader, "NEWLEADER"},
    Name{PacketType::follower_info, "FOLLOWERINFO"},
    Name{PacketType::up_to_date, "UPTODATE"},
    Name{PacketType::diff, "DIFF"},
    Name{PacketType::trunc, "TRUNC"},
    Name{PacketType::snap, "SNAP"},
    Name{PacketType::observer_info, "OBSERVERINFO"},
    Name{PacketType::leader_info, "LEADERINFO"},
    Name{PacketType::ack_epoch, "ACKEPOCH"},
    Name{PacketType::inform_and_activate, "INFORMANDACTIVATE"},
};

std::string name_of(int32_t type) {
  for (const Name& name : kNames) {
    if (static_cast<int32_t>(name.type) == type) return std::string(name.text);
  }
  return fmt::format("packet of type {}", type);
}

constexpr std::array<std::string_view, 4> kStates = {"looks", "follows", "leads", "observes"};

int32_t int_in(const jute::Buffer& data) {
  jute::Reader reader(data.view());
  return reader.read_int();
}

int64_t long_in(const jute::Buffer& data) {
  jute::Reader reader(data.view());
  return reader.read_long();
}

std::string int_bytes(int32_t value) {
  std::string bytes;
  jute::Writer writer(bytes);
  writer.write_int(value);
  return bytes;
}

template <class Number>
Result<Number> parse_number(const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return make_fault("'{}' is no number", text);
  return number;
}

std::string describe_work(const store::Append& work) {
  return fmt::format("{} {}", to_text(work.zxid), spoken(work.txn.view()));
}
std::string describe_work(const store::Truncate& work) {
  return fmt::format("nothing above {}", to_text(work.last));
}
std::string describe_work(const store::WriteEpochs& work) {
  return fmt::format("accepted {}, current {}", work.epochs.accepted, work.epochs.current);
}
std::string describe_work(const store::Fence&) {
  return "all that was asked before";
}
std::string describe_work(const store::SnapshotBegin& work) {
  return fmt::format("the beginning of a snapshot at {}", to_text(work.zxid));
}
std::string describe_work(const store::SnapshotChunk&) {
  return "a piece of the snapshot";
}
std::string describe_work(const store::SnapshotEnd&) {
  return "the snapshot, and what came with it, in place of all that was";
}
std::string describe_work(const store::SnapshotAbandon&) {
  return "nothing of the snapshot";
}

}  // namespace

std::string describe(const store::LogWork& work) {
  return std::visit([](const auto& piece) { return describe_work(piece); }, work);
}

std::string describe(const quorum::QuorumPacket& packet) {
  std::string text = name_of(packet.type);
  const Zxid zxid{packet.zxid};
  switch (static_cast<PacketType>(packet.type)) {
    case PacketType::up_to_date:
    case PacketType::ping:
    case PacketType::sync:
      return text;
    case PacketType::request:
    case PacketType::revalidate:
      return fmt::format("{} {}", text, packet.data.view());
    case PacketType::proposal:
    case PacketType::inform:
      return fmt::format("{} {} {}", text, to_text(zxid), spoken(packet.data.view()));
    case PacketType::commit_and_activate:
    case PacketType::inform_and_activate:
      return fmt::format("{} {} under {}", text, to_text(zxid), long_in(packet.data));
    case PacketType::ack_epoch:
      return fmt::format("{} {} of {}", text, to_text(zxid), int_in(packet.data));
    default:
      return fmt::format("{} {}", text, to_text(zxid));
  }
}

std::string describe(const quorum::Notification& message) {
  const auto state = static_cast<size_t>(message.state);
  return fmt::format("{} {}, who stood at {} of {}, in round {}", kStates.at(state), message.leader.value,
                     to_text(message.zxid), message.peer_epoch, message.round);
}

Result<Zxid> parse_zxid(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return make_fault("'{}' is no zxid", text);
  const auto epoch = parse_number<uint32_t>(text.substr(0, colon));
  const auto counter = parse_number<uint32_t>(text.substr(colon + 1));
  if (!epoch.ok() || !counter.ok()) return make_fault("'{}' is no zxid", text);
  return Zxid::of(epoch.value(), counter.value());
}

Result<quorum::QuorumPacket> parse_packet(const std::vector<std::string>& words, std::string& storage) {
  quorum::QuorumPacket packet;
  for (const Name& name : kNames) {
    if (!words.empty() && name.text == words[0]) packet.type = static_cast<int32_t>(name.type);
  }
  if (packet.type == 0) return make_fault("'{}' is no packet", words.empty() ? "" : words[0]);
  packet.zxid = -1;
  if (words.size() > 1) {
    const Result<Zxid> zxid = parse_zxid(words[1]);
    if (!zxid.ok()) return zxid.fault();
    packet.zxid = zxid.value().value;
  }
  switch (static_cast<PacketType>(packet.type)) {
    case PacketType::follower_info:
    case PacketType::observer_info: {
      const quorum::LearnerInfo info{words.size() > 2 ? std::stoll(words[2]) : 0, quorum::kProtocolJava, 0};
      storage = jute::encoded(info);
      break;
    }
    case PacketType::leader_info:
      storage = int_bytes(quorum::kProtocolJava);
      break;
    case PacketType::ack_epoch:
      storage = int_bytes(words.size() > 2 ? std::stoi(words[2]) : -1);
      break;
    case PacketType::proposal:
    case PacketType::inform:
    case PacketType::request:
      storage = words.size() > 2 ? words[2] : "";
      break;
    default:
      return packet;
  }
  packet.data = jute::Buffer(storage);
  return packet;
}

void Story::committed(int64_t server, const Record& record) {
  if (!wants(Topic::commits)) return;
  const auto line = committing_.find(server);
  if (line != committing_.end()) {
    lines_[line->second] += ", " + to_text(record);
    return;
  }
  lines_.push_back(fmt::format("{} commits {}", server, to_text(record)));
  committing_[server] = lines_.size() - 1;
}

}  // namespace paddock::scenarios
