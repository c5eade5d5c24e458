#include "client/shell/subtree.h"

namespace paddock::client::shell {

std::string join_path(const std::string& parent, const std::string& name) {
  return parent == "/" ? "/" + name : parent + "/" + name;
}

Outcome<std::vector<std::string>> list_subtree(Connection& zk, const std::string& path) {
  std::vector<std::string> all = {path};
  for (size_t begin = 0; begin < all.size();) {
    const std::vector<std::string> level(all.begin() + static_cast<ptrdiff_t>(begin), all.end());
    begin = all.size();
    const auto answers =
        zk.call_each<Children>(level.size(), [level](Client& client, size_t i, Callback<Children> done) {
          client.children(level[i], false, std::move(done));
        });
    for (size_t i = 0; i < level.size(); ++i) {
      const bool vanished = answers[i].err == ErrorCode::no_node && level[i] != path;
      if (!answers[i] && !vanished) return {answers[i].err, {}};
      for (const std::string& name : answers[i].value.names) all.push_back(join_path(level[i], name));
    }
  }
  return {ErrorCode::ok, std::move(all)};
}

}  // namespace paddock::client::shell
