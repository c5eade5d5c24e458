// What create says with its flags; shared by the command and by the operations of a transaction.
#pragma once

#include "client/client.h"
#include "client/shell/arguments.h"

namespace paddock::client::shell {

// From -e -s -c -t and the ACL in the word at `acl_index`, if there is one.
Result<CreateOptions> create_options(const Arguments& arguments, size_t acl_index);
// The value of -v; -1, any version, without it.
Result<int32_t> version_of(const Arguments& arguments);

}  // namespace paddock::client::shell
