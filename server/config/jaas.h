// The file that -Djava.security.auth.login.config names: who may log in, as Java's ConfigFile reads it.
//
//   file    := { section "{" { module flag { key "=" value } ";" } "}" [";"] }
//   value   := '"' text '"' | word          '//', '#' and '/* */' begin comments
//
// Values are secrets: no fault shows one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"

namespace paddock::config {

struct LoginModule {
  std::string name;  // a Java class
  std::map<std::string, std::string> options;
};
using LoginSections = std::map<std::string, std::vector<LoginModule>>;

// A fault names the line.
Result<LoginSections> parse_jaas(std::string_view text);
// A fault names the file and the line.
Result<LoginSections> load_jaas(const std::string& path);

}  // namespace paddock::config
