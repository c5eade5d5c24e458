// The operations of a transaction as they are typed: create, set, delete and check with their usual flags.
#pragma once

#include "client/client.h"
#include "client/shell/words.h"

namespace paddock::client::shell {

// One operation. A fault names what is wrong.
Result<TxnOp> parse_operation(const std::vector<Word>& words);
// What a transaction's operation did, or why not: "Created /a", "Set /a", "Node already exists: /a".
std::string operation_text(const TxnOp& op, const TxnResult& result);

}  // namespace paddock::client::shell
