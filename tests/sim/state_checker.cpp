#include "tests/sim/state_checker.h"

#include <map>
#include <string>

#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "tests/sim/snapshot_stream.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

// Nodes begin with "n", sessions with "s" (znode/delta.h).
std::map<std::string, std::string> entries_of(const znode::State& state) {
  StateImage image;
  image.merge(state.full_delta());
  std::erase_if(image.entries, [](const auto& entry) { return entry.first.starts_with("n/zookeeper"); });
  return std::move(image.entries);
}

class Nobody : public znode::WatchSink {
 public:
  void deliver(ConnectionId, client::EventType, std::string_view, int64_t,
               const jute::Vector<client::Acl>*) override {}
};

std::string printable(std::string_view key) {
  return key.starts_with('n') ? fmt::format("node '{}'", key.substr(1)) : "a session";
}

}  // namespace

void check_same_state(std::string_view whose, const znode::State& found, const znode::State& expected) {
  const auto has = entries_of(found), should = entries_of(expected);
  for (const auto& [key, value] : should) {
    const auto same = has.find(key);
    require(same != has.end(), "C12", "{} lacks {}", whose, printable(key));
    require(same->second == value, "C12", "{} has other values for {}", whose, printable(key));
  }
  for (const auto& [key, value] : has) {
    require(should.contains(key), "C12", "{} has {}, which was never made or is gone", whose, printable(key));
  }
}

void replay(znode::State& state, const store::Recovered& recovered) {
  znode::Watches watches;
  Nobody nobody;
  for (const store::Append& entry : recovered.tail) {
    if (entry.zxid > recovered.commit_point) return;
    const auto txn = txn::decode_txn(entry.txn.view());
    require(txn.ok(), "C12", "the log holds {:#x}, which cannot be read", entry.zxid.value);
    znode::ApplyResult result;
    state.apply(*txn, watches, nobody, result);
  }
}

}  // namespace paddock::sim
