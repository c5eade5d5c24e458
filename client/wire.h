// Between the values of the public API and the records on the wire.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/chroot.h"
#include "client/client.h"

namespace paddock::client::wire {

// Views into `acl`.
Vector<Acl> to_records(const std::vector<OwnedAcl>& acl);
std::vector<OwnedAcl> from_records(const Vector<Acl>& records);

// The operation that makes a node of this kind: create2, createContainer or createTTL.
OpCode create_type(CreateMode mode);
// The record that create_type() wants.
std::string encode_create(const std::string& server_path, const NewData& data, const CreateOptions& options);
std::string encode_set(const std::string& server_path, const NewData& data, int32_t version);

std::string encode_transaction(const std::vector<TxnOp>& ops, const Chroot& chroot);
// Nothing if malformed. The error is that of the operation at fault, as Client::multi() says.
std::optional<Outcome<std::vector<TxnResult>>> decode_transaction(std::string_view body,
                                                                  const Chroot& chroot);

}  // namespace paddock::client::wire
