// Chronicle: what the ensemble has committed, in order, as far as any server has applied it; the ground truth
// of a run. It replays every transaction on a znode::State of its own, so it knows what each client must be
// told, and how every node stood at every zxid.
//
// Invariants
// 1. Transactions are appended in zxid order, each once; the rule "Z2" is that no server applies anything
//    else.
// 2. A value of the past never changes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.h"
#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/client/opcode.h"
#include "protocol/client/records.h"
#include "znode/state.h"

namespace paddock::sim {

struct Committed {
  Zxid zxid;
  Bytes txn;
  SessionId session;
  int32_t cxid = 0;
  client::OpCode type = client::OpCode::error;
  bool effective = false;  // it changed something
  // What its client must be told.
  ErrorCode err = ErrorCode::ok;
  std::string body;
  znode::StateChecksum after;
};

// A node at a point of the past.
struct NodeThen {
  client::StatPersisted stat;
  std::string data;
  bool null_data = false;
  std::string acl;  // an encoded list; empty: open to all
};

class Chronicle {
 public:
  // What is committed follows `begin`, at which all is as in the beginning.
  explicit Chronicle(Zxid begin = {});

  const Committed& append(Zxid zxid, const Bytes& txn);

  Zxid begin() const { return begin_; }
  Zxid last() const { return log_.empty() ? begin_ : log_.back().zxid; }
  // The transaction of `zxid`; null if it was not committed.
  const Committed* find(Zxid zxid) const;
  // The last transaction at or below `zxid`; null if there is none.
  const Committed* at_or_below(Zxid zxid) const;
  znode::StateChecksum checksum_at(Zxid zxid) const;
  const std::vector<Committed>& log() const { return log_; }
  const znode::State& state() const { return *state_; }

  std::optional<NodeThen> node(std::string_view path, Zxid at) const;
  // The stat as a client would see it; nothing if there was no node.
  std::optional<client::Stat> stat(std::string_view path, Zxid at) const;
  std::vector<std::string> children(std::string_view path, Zxid at) const;
  // What changed at `zxid`: paths of nodes that were set, created or removed, or whose children were.
  const std::vector<std::string>& touched(Zxid zxid) const;

  // The first zxid above `after` at which the node's data changed, or it came or went; nothing: never so far.
  std::optional<Zxid> first_data_change(std::string_view path, Zxid after) const;
  // ... at which its children changed, or it came or went.
  std::optional<Zxid> first_child_change(std::string_view path, Zxid after) const;

 private:
  struct Version {
    Zxid zxid;
    std::optional<NodeThen> node;
  };
  using Versions = std::vector<Version>;
  void remember(const znode::Delta& delta, Zxid zxid);
  const Versions* versions(std::string_view path) const;
  const Version* version_at(std::string_view path, Zxid at) const;
  template <class Changes>
  std::optional<Zxid> first_change(std::string_view path, Zxid after, Changes&& changes) const;

  const Zxid begin_;
  std::unique_ptr<znode::State> state_;
  znode::Watches watches_;  // of nobody
  znode::StateChecksum initial_;
  std::vector<Committed> log_;
  std::map<std::string, Versions, std::less<>> nodes_;
  std::map<Zxid, std::vector<std::string>> touched_;
};

}  // namespace paddock::sim
