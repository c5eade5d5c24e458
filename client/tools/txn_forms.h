// How a logged transaction looks. Pure.
#pragma once

#include <string>

#include "client/shell/table.h"
#include "protocol/txn/txn.h"

namespace paddock::client::tools {

// One line, as ZooKeeper's TxnLogToolkit has it: time, session, cxid, zxid, type, then what the type has.
// Data is in quotes when it is printable text, otherwise "#" and hexadecimal digits; of more than `most_data`
// bytes only the beginning.
std::string txn_text(const txn::Txn& txn, size_t most_data);
// All of it; data as the shell's other commands give it.
shell::Json txn_json(const txn::Txn& txn);

}  // namespace paddock::client::tools
