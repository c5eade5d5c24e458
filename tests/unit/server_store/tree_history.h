// A history of a small tree: numbered transactions, and the state after each of them.
#pragma once

#include <fmt/core.h>

#include <string>
#include <vector>

#include "protocol/quorum/snapshot_stream.h"
#include "protocol/txn/txn.h"
#include "server/store/state_stream.h"
#include "znode/snapshot_loader.h"
#include "znode/state.h"

namespace paddock::store {

// The transaction with this number and zxid; the first is 1. Creates, changes and removes nodes, makes
// sessions, and fails, in turn.
inline std::string tree_transaction(int64_t number, size_t data_bytes = 20) {
  using client::OpCode;
  const std::string data =
      std::string(data_bytes, static_cast<char>('a' + number % 26)) + std::to_string(number);
  const std::string path = fmt::format("/n{:04}", number / 4);
  txn::Txn made;
  made.header.zxid = number;
  made.header.time_ms = number * 10;
  OpCode type = OpCode::error;
  if (number % 4 == 0) {
    type = OpCode::create;
    made.body = txn::CreateTxn{path, data, {client::Acl{client::kPermAll, {"world", "anyone"}}}, false, -1};
  } else if (number % 4 == 1 && number > 4) {
    type = OpCode::set_data;
    made.body = txn::SetDataTxn{path, data, 1};
  } else if (number % 4 == 2) {
    type = OpCode::create_session;
    made.header.session_id = number;
    made.body = txn::CreateSessionTxn{4000};
  } else if (number % 8 == 7) {
    type = OpCode::remove;
    made.body = txn::DeleteTxn{path};
  } else {
    made.body = txn::ErrorTxn{-101};
  }
  made.header.type = static_cast<int32_t>(type);
  return txn::encode_txn(made);
}

inline void apply_to(znode::State& state, std::string_view transaction) {
  const auto decoded = txn::decode_txn(transaction);
  PADDOCK_CHECK(decoded.ok(), "{}", decoded.fault().message);
  state.apply(*decoded);
}

// The state after a transaction, as a leader would send it.
inline std::string tree_snapshot(int64_t number, size_t data_bytes = 20) {
  znode::State state({});
  for (int64_t each = 1; each <= number; ++each) apply_to(state, tree_transaction(each, data_bytes));
  std::string stream;
  const Status done = stream_state(state, quorum::SnapshotClosing::signature, [&](std::string_view piece) {
    stream += piece;
    return ok_status();
  });
  PADDOCK_CHECK(done.ok(), "{}", done.fault().message);
  return stream;
}

// Fills a state from a stream.
class StateFromStream final : public quorum::SnapshotVisitor {
 public:
  static void load(znode::State& state, std::string_view stream, Zxid zxid) {
    StateFromStream visitor(state);
    quorum::SnapshotParser parser(visitor, INT32_MAX);
    const auto fed = parser.feed(stream);
    PADDOCK_CHECK(fed.ok() && parser.ended() && visitor.loader_.finish(zxid).ok(), "a stream does not load");
  }
  Status session(const quorum::SessionTimeout& session) override {
    loader_.session(session.session_id, session.timeout_ms);
    return ok_status();
  }
  Status acl(const quorum::SnapshotAcl& acl) override {
    loader_.acl(acl.id, acl.acl);
    return ok_status();
  }
  Status node(const quorum::SnapshotNode& node) override {
    return loader_.node(node.path.view(), node.data, node.acl_id, node.stat);
  }

 private:
  explicit StateFromStream(znode::State& state) : loader_(state) {}
  znode::SnapshotLoader loader_;
};

// What the state's checksum is after each transaction.
class TreeHistory {
 public:
  explicit TreeHistory(size_t data_bytes = 20) : data_bytes_(data_bytes) {
    checksums_.push_back(state_.checksum());
  }

  const znode::StateChecksum& after(int64_t number) {
    while (static_cast<int64_t>(checksums_.size()) <= number) {
      apply_to(state_, tree_transaction(static_cast<int64_t>(checksums_.size()), data_bytes_));
      checksums_.push_back(state_.checksum());
    }
    return checksums_[static_cast<size_t>(number)];
  }

 private:
  const size_t data_bytes_;
  znode::State state_{znode::Options{}};
  std::vector<znode::StateChecksum> checksums_;
};

}  // namespace paddock::store
