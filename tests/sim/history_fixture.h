// A committed history, written by hand for the tests of checkers:
//
//   Told told;
//   told.session(7);
//   told.create(7, "/a", "x");     // 1:2
//   told.chronicle.last();
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "tests/sim/chronicle.h"

namespace paddock::sim {

struct Told {
  Chronicle chronicle;
  Zxid next = Zxid::of(1, 1);
  int32_t cxid = 0;

  const Committed& commit(int64_t session, txn::OpCode type, txn::TxnBody body, int32_t with_cxid = -1) {
    txn::Txn txn;
    txn.header.session_id = session;
    txn.header.cxid = with_cxid >= 0 ? with_cxid : ++cxid;
    txn.header.zxid = next.value;
    txn.header.type = static_cast<int32_t>(type);
    txn.body = std::move(body);
    const Zxid zxid = std::exchange(next, next.next());
    return chronicle.append(zxid, Bytes(txn::encode_txn(txn)));
  }
  const Committed& session(int64_t session) {
    return commit(session, txn::OpCode::create_session, txn::CreateSessionTxn{1000}, 0);
  }
  const Committed& close(int64_t session, std::vector<txn::Text> paths = {}) {
    return commit(session, txn::OpCode::close_session, txn::CloseSessionTxn{std::move(paths)}, 0);
  }
  const Committed& create(int64_t session, const std::string& path, const std::string& data = "",
                          bool ephemeral = false) {
    const txn::Vector<txn::Acl> acl{txn::Acl{client::kPermAll, {"world", "anyone"}}};
    return commit(session, txn::OpCode::create, txn::CreateTxn{path, data, acl, ephemeral, -1});
  }
  const Committed& set(int64_t session, const std::string& path, const std::string& data, int32_t version) {
    return commit(session, txn::OpCode::set_data, txn::SetDataTxn{path, data, version});
  }
  const Committed& remove(int64_t session, const std::string& path) {
    return commit(session, txn::OpCode::remove, txn::DeleteTxn{path});
  }
  const Committed& fail(int64_t session, ErrorCode err) {
    return commit(session, txn::OpCode::error, txn::ErrorTxn{static_cast<int32_t>(err)});
  }
};

}  // namespace paddock::sim
