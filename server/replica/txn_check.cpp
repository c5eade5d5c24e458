#include "server/replica/txn_check.h"

#include "protocol/txn/txn.h"

namespace paddock::replica {

Status check_txn(Zxid zxid, std::string_view bytes) {
  const auto txn = txn::decode_txn(bytes);
  if (!txn.ok()) {
    return make_fault("the leader sends a transaction {:#x} that cannot be read: {}", zxid.value,
                      txn.fault().message);
  }
  if (txn->header.zxid == zxid.value) return ok_status();
  return make_fault("the leader sends a transaction {:#x} that says of itself that it is {:#x}", zxid.value,
                    txn->header.zxid);
}

}  // namespace paddock::replica
