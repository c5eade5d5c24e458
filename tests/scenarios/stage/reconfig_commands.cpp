// What a client asks of an ensemble's configuration, and how a story speaks of it.
#include "command_parts.h"
#include "protocol/txn/txn.h"
#include "server/zab/membership_lines.h"

namespace paddock::scenarios {

std::string spoken(std::string_view txn) {
  const auto config = zab::membership_in(txn);
  return config ? describe(*config) : std::string(txn);
}

std::string describe(const zab::Membership& config) {
  std::string voters;
  std::string observers;
  for (const auto& [id, member] : config.members) {
    std::string& ids = member.observer ? observers : voters;
    ids += fmt::format("{}{}", ids.empty() ? "" : ",", id.value);
  }
  return observers.empty() ? fmt::format("config({})", voters)
                           : fmt::format("config({} observers {})", voters, observers);
}

zab::Member member_of(int64_t id, bool observer) {
  const auto port = static_cast<int32_t>(id);
  zab::Member member;
  member.id = ServerId{id};
  member.observer = observer;
  member.quorum = {{"127.0.0.1", 24000 + port}};
  member.election = {{"127.0.0.1", 25000 + port}};
  member.client = zab::Address{"0.0.0.0", 26000 + port};
  return member;
}

namespace {

// The transaction that the leader's replica would make of it.
std::string txn_of(const zab::Membership& membership, Zxid zxid) {
  const std::string text = membership.to_text();
  txn::Txn txn;
  txn.header = {1, 1, zxid.value, 0, static_cast<int32_t>(client::OpCode::reconfig)};
  txn.body = txn::SetDataTxn{"/zookeeper/config", text, -1};
  return txn::encode_txn(txn);
}

}  // namespace

// reconfigure LEADER IDS [observers IDS]
Status reconfigure(Stage& stage, Words& words) {
  const int64_t id = words.number();
  Machine* machine = running(stage, id);
  if (machine == nullptr) return not_running(id);
  zab::Membership wanted;
  bool observers = false;
  while (words.more()) {
    if (words.take("observers")) observers = true;
    if (!words.more()) break;
    const int64_t member = words.number();
    wanted.members[ServerId{member}] = member_of(member, observers);
  }
  if (!words.ok()) return words.status("servers");
  if (!machine->engine->may_propose()) {
    stage.story.tell(fmt::format("{} may not propose it", id));
    return ok_status();
  }
  const Zxid zxid = machine->engine->next_zxid();
  const zab::ReconfigPlan plan = machine->engine->plan_reconfig({{}, {}, wanted.to_text(), -1}, zxid);
  if (plan.err != ErrorCode::ok) {
    stage.story.tell(fmt::format("{} refuses it: {}", id, static_cast<int32_t>(plan.err)));
    return ok_status();
  }
  machine->engine->propose(zxid, Bytes(txn_of(plan.membership, zxid)));
  stage.cluster.absorb(id);
  return ok_status();
}

}  // namespace paddock::scenarios
