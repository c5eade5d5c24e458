// A small language for tests of State: a state with watches, transactions as verbs, and the events they
// caused as lines of text.
#pragma once

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/jute/codec.h"
#include "znode/state.h"

namespace paddock::znode::test {

using client::OpCode;

class RecordingSink : public WatchSink {
 public:
  void deliver(ConnectionId to, client::EventType event, std::string_view path, int64_t zxid,
               const jute::Vector<client::Acl>* readable_by) override {
    static constexpr const char* kNames[] = {"", "created", "deleted", "changed", "children"};
    lines.push_back(fmt::format("{} {} {}", to.value, kNames[static_cast<int>(event)], path));
    zxids.push_back(zxid);
    readers.push_back(readable_by == nullptr ? "" : jute::encoded(*readable_by));
  }
  // What came since the last call.
  std::vector<std::string> take() { return std::exchange(lines, {}); }

  std::vector<std::string> lines;
  std::vector<int64_t> zxids;
  std::vector<std::string> readers;  // the lists, encoded
};

inline AclView open_acl() {
  return {client::Acl{client::kPermAll, {"world", "anyone"}}};
}
inline AclView digest_acl(const char* user) {
  return {client::Acl{client::kPermAll, {"digest", user}}};
}

class World {
 public:
  explicit World(const Options& options = {}) : state(options) {}

  // Each verb applies one transaction with the next zxid, at time 1000 * zxid, and gives back its error.
  ErrorCode create(std::string_view path, const jute::Buffer& data = "", int32_t parent_cversion = -1) {
    return run(OpCode::create, txn::CreateTxn{path, data, acl, false, parent_cversion});
  }
  ErrorCode create_ephemeral(std::string_view path, int64_t owner) {
    session = owner;
    return run(OpCode::create2, txn::CreateTxn{path, "", acl, true, -1});
  }
  ErrorCode remove(std::string_view path) { return run(OpCode::remove, txn::DeleteTxn{path}); }
  ErrorCode set_data(std::string_view path, const jute::Buffer& data, int32_t version = 1) {
    return run(OpCode::set_data, txn::SetDataTxn{path, data, version});
  }
  ErrorCode set_acl(std::string_view path, const AclView& list, int32_t version = 1) {
    return run(OpCode::set_acl, txn::SetAclTxn{path, list, version});
  }
  ErrorCode create_session(int64_t id, int32_t timeout_ms) {
    session = id;
    return run(OpCode::create_session, txn::CreateSessionTxn{timeout_ms});
  }
  ErrorCode close_session(int64_t id, jute::Vector<jute::Text> paths) {
    session = id;
    return run(OpCode::close_session, txn::CloseSessionTxn{std::move(paths)});
  }
  ErrorCode multi(const std::vector<std::pair<OpCode, txn::TxnBody>>& operations) {
    records.clear();
    for (const auto& [type, body] : operations) records.push_back(txn::encode_body(body));
    txn::MultiTxn txn;
    for (size_t i = 0; i < records.size(); ++i) {
      txn.txns.items.push_back({static_cast<int32_t>(operations[i].first), records[i]});
    }
    return run(OpCode::multi, txn);
  }
  ErrorCode run(OpCode type, txn::TxnBody body) {
    txn::Txn txn;
    txn.header = {session, 0, ++zxid, 1000 * zxid, static_cast<int32_t>(type)};
    txn.body = std::move(body);
    txn.digest = std::exchange(expected_digest, std::nullopt);
    state.apply(txn, watches, sink, result);
    return result.op.err;
  }

  bool has(std::string_view path) const { return state.tree().find(path) != kNoNode; }
  client::Stat stat(std::string_view path) const {
    REQUIRE(has(path));
    return state.tree().stat(state.tree().find(path));
  }
  std::string data(std::string_view path) const {
    REQUIRE(has(path));
    return state.tree().data(state.tree().find(path)).str();
  }
  AclView acl_of(std::string_view path) const {
    REQUIRE(has(path));
    return state.acls().list(state.tree().acl(state.tree().find(path)));
  }
  void watch(uint64_t connection, std::string_view path, WatchTable table = WatchTable::data,
             WatchMode mode = WatchMode::standard) {
    watches.add(table, mode, path, ConnectionId{connection});
  }
  std::vector<std::string> events() { return sink.take(); }

  State state;
  Watches watches;
  RecordingSink sink;
  ApplyResult result;
  AclView acl = open_acl();          // of creates to come
  std::vector<std::string> records;  // of the last multi, which `result` views
  int64_t session = 0;
  int64_t zxid = 0;
  std::optional<txn::TxnDigest> expected_digest;  // of the next transaction
};

}  // namespace paddock::znode::test
