// The file that sessionSecretFile names: what the ensemble's session passwords are made of.
//
//   # a comment
//   5f1d...      a secret, at least 32 characters without blanks: the first one makes passwords
//   77ab...      those of the others are accepted, too: while secrets are changed
//   zookeeper    and those that ZooKeeper computes; as the first line it makes passwords, by that function
//
// No fault shows a secret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"

namespace paddock::config {

struct SessionSecrets {
  // Where that word is first met: behind a secret, or before all.
  enum class ZooKeeper { nowhere, behind, first };

  std::vector<std::string> secrets;  // at least one
  ZooKeeper zookeeper = ZooKeeper::nowhere;
};

// A fault names the line.
Result<SessionSecrets> parse_session_secrets(std::string_view text);
// A fault names the file. One that everybody can read is refused.
Result<SessionSecrets> load_session_secrets(const std::string& path);

}  // namespace paddock::config
