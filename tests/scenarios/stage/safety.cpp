#include "safety.h"

#include "server/zab/reconfig.h"

namespace paddock::scenarios {

void Safety::committed(int64_t server, size_t index, const Record& record,
                       const std::set<ServerId>& holders) {
  if (index < chosen_.size()) {
    if (chosen_[index] == record) return;
    story_->wrong(fmt::format("{} commits {} where {} was committed", server, to_text(record),
                              to_text(chosen_[index])));
    return;
  }
  if (index > chosen_.size()) {
    story_->wrong(fmt::format("{} commits {} and has skipped something", server, to_text(record)));
    return;
  }
  const auto next = zab::membership_in(record.word);
  if (!membership_.is_quorum(holders) || (next && !next->is_quorum(holders))) {
    story_->wrong(fmt::format("{} commits {}, which {} disks hold", server, to_text(record), holders.size()));
  }
  if (next) membership_ = *next;
  chosen_.push_back(record);
}

void Safety::replaced(int64_t server, const Records& state) {
  for (size_t i = 0; i < state.size(); ++i) {
    if (i < chosen_.size() && chosen_[i] == state[i]) continue;
    story_->wrong(fmt::format("{} holds {}, which was never committed there", server, to_text(state[i])));
    return;
  }
}

void Safety::leads(int64_t server, uint32_t epoch) {
  const auto [leader, is_first] = leaders_.emplace(epoch, server);
  if (!is_first) {
    story_->wrong(fmt::format("{} leads epoch {}, which {} led", server, epoch, leader->second));
  }
}

void Safety::promised(int64_t server, const quorum::QuorumPacket& packet, const FakeDisk& disk,
                      uint32_t offered_epoch) {
  const Zxid zxid{packet.zxid};
  if (packet.type == static_cast<int32_t>(quorum::PacketType::ack_epoch)) {
    if (disk.epochs.accepted < offered_epoch) {
      story_->wrong(fmt::format("{} promises epoch {} before its disk has it", server, offered_epoch));
    }
    if (disk.last_logged() < zxid && disk.epochs.current < zxid.epoch()) {
      story_->wrong(fmt::format("{} says that it stands at {}, its disk at {}", server, to_text(zxid),
                                to_text(disk.last_logged())));
    }
  }
  if (packet.type != static_cast<int32_t>(quorum::PacketType::ack)) return;
  if (zxid.counter() == 0 && disk.epochs.current < zxid.epoch()) {
    story_->wrong(fmt::format("{} acknowledges epoch {} before its disk has it", server, zxid.epoch()));
  }
  if (zxid.counter() > 0 && !disk.holds(zxid)) {
    story_->wrong(fmt::format("{} acknowledges {} before its disk has it", server, to_text(zxid)));
  }
}

}  // namespace paddock::scenarios
