// State: everything that the ensemble replicates: the tree, its ACLs, the sessions, quotas, and how far all
// that has come. Deterministic: equal transactions in equal order give equal states on every server.
//
// Owner: the replica. One thread. No clock, no randomness, no I/O.
//
// Invariants
// 1. Only committed transactions are applied, in zxid order, each once (DESIGN.md rule 4).
// 2. applying a transaction again, or over a newer snapshot, is harmless (spec/disk-formats.md section 4).
// 3. The tree digest equals ZooKeeper's after every transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/client/opcode.h"
#include "protocol/client/records.h"
#include "protocol/jute/writer.h"
#include "protocol/txn/txn.h"
#include "znode/acl.h"
#include "znode/delta.h"
#include "znode/options.h"
#include "znode/tree.h"
#include "znode/watches.h"

namespace paddock::znode {

inline constexpr std::string_view kConfigNode = "/zookeeper/config";

// What one operation did, enough to answer its client. Views into the transaction.
struct OpResult {
  client::OpCode type = client::OpCode::error;  // the transaction's
  ErrorCode err = ErrorCode::ok;
  jute::Text path;
  client::Stat stat;  // after the operation: create*, setData, setACL
};

struct ApplyResult {
  OpResult op;
  std::vector<OpResult> parts;   // of a multi, in order
  bool digest_mismatch = false;  // the transaction's predicted digest was not reached
};

class State {
 public:
  // A fresh state: root, /zookeeper, /zookeeper/quota, /zookeeper/config (spec/disk-formats.md 3.3), zxid 0.
  explicit State(const Options& options);
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // Applies a committed transaction and tells the watches. Requires: txn.zxid() > last_applied().
  // `result` is reused from call to call to save allocations.
  void apply(const txn::Txn& txn, Watches& watches, WatchSink& sink, ApplyResult& result);
  // Without watches and result: recovery and tests.
  void apply(const txn::Txn& txn);
  // Raises last_applied() without a transaction: to the (e,0) of a new epoch.
  void advance_to(Zxid zxid);

  Zxid last_applied() const;
  const Options& options() const;
  const Tree& tree() const;
  const AclTable& acls() const;
  StateChecksum checksum() const;

  // Sessions as replicated: (id, timeout of the createSession transaction).
  bool has_session(SessionId session) const;
  size_t session_count() const;
  void for_each_session(const std::function<void(SessionId, int32_t timeout_ms)>& visit) const;

  // Containers and TTL nodes that may be deleted now (spec/client-protocol.md 10.5), at most `limit`.
  std::vector<std::string> reapable(WallTime now, size_t limit) const;

  // The node whose quota holds for `path`: longest registered prefix, "" if none.
  std::string quota_prefix(std::string_view path) const;
  // (zxid, digest) of every transaction whose zxid is a multiple of 128, newest last, at most 1024.
  struct DigestEntry {
    Zxid zxid;
    int64_t digest;
  };
  std::vector<DigestEntry> digest_history() const;
  int64_t digest_mismatches() const;
  // A state out of a snapshot may hold effects of transactions that it still gets, so digests are not
  // compared before this is said: it has got them all.
  void caught_up();

  // Sets /zookeeper/config without a transaction, as Java does at start: version -1, mzxid = version.
  void set_config_node(std::string_view text, int64_t config_version, WallTime now);
  // Its content; empty if there is none.
  std::string config_text() const;

  // --- Checkpoint ---
  // Keeps note of what changes from now on. Off at first.
  void record_changes(bool on);
  // About how large the next delta would be, in bytes.
  size_t pending_delta_bytes() const;
  // Cuts: what changed since the last cut becomes a delta, which is made while transactions go on. Call only
  // between transactions. Requires: !delta_begun().
  void begin_delta();
  bool delta_begun() const;  // cut, and not built yet
  // Makes up to `entries` more of its entries; the delta when it is whole. Requires: delta_begun().
  std::optional<Delta> build_delta(size_t entries);
  // All of it at once.
  Delta take_delta();
  // The whole state as one delta: the base of a first checkpoint.
  Delta full_delta() const;
  // Loading: begin_load() empties everything, load_entry() (delta.h) fills, finish_load() rebuilds quotas and
  // indexes and sets last_applied(). A fault if the checksum differs.
  void begin_load();
  Status finish_load(Zxid applied, const StateChecksum& expected);

  // Each becomes what the other was. References to both stay valid, those that they gave out go with the
  // content; the counts of digest mismatches stay where they are: they are the server's, not the tree's.
  void swap(State& other);

 private:
  friend Status load_entry(State& state, std::string_view key, std::string_view value);
  friend class SnapshotLoader;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The body of the reply to the request of type `asked` that became the transaction of `result`; nothing is
// written where the reply is a header only. Returns the header's err; session_moved means that the connection
// is to be closed instead.
ErrorCode write_reply(client::OpCode asked, const ApplyResult& result, const State& state,
                      jute::Writer& body);

}  // namespace paddock::znode
