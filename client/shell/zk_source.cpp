#include <algorithm>

#include "client/shell/interrupt.h"
#include "client/shell/zk_tree.h"
#include "protocol/base/paths.h"

namespace paddock::client::shell {
namespace {

using AclAndStat = std::pair<std::vector<OwnedAcl>, Stat>;

constexpr size_t kPiece = 5000;

bool is_part(const Found& node, const std::string& root) {
  if (is_ephemeral(node.stat)) return false;
  return is_at_or_below(root, "/zookeeper") || !is_at_or_below(node.path, "/zookeeper");
}

}  // namespace

ExitCode ZkSource::read(const TakeNode& take) {
  auto found = walk(zk_, root_, {options_.recursive ? SIZE_MAX : 0, SIZE_MAX});
  if (!found) return shell_.refuse(found.err, root_);
  std::vector<Found>& nodes = found.value;
  const size_t all = nodes.size();
  std::erase_if(nodes, [&](const Found& node) { return node.path != root_ && !is_part(node, root_); });
  if (nodes.size() < all) {
    shell_.complain(fmt::format("{} ephemeral or own nodes of the server are left out", all - nodes.size()));
  }
  for (size_t first = 0; first < nodes.size(); first += kPiece) {
    const auto begin = nodes.begin() + static_cast<ptrdiff_t>(first);
    const auto end = nodes.begin() + static_cast<ptrdiff_t>(std::min(first + kPiece, nodes.size()));
    if (const ExitCode code = read_piece({begin, end}, take); code != ExitCode::ok) return code;
  }
  return ExitCode::ok;
}

ExitCode ZkSource::read_piece(const std::vector<Found>& nodes, const TakeNode& take) {
  std::vector<Outcome<AclAndStat>> acls;
  if (options_.acl) {
    acls =
        zk_.call_each<AclAndStat>(nodes.size(), [nodes](Client& client, size_t i, Callback<AclAndStat> done) {
          client.get_acl(nodes[i].path, std::move(done));
        });
  }
  ExitCode code = ExitCode::ok;
  const ErrorCode err = read_each(zk_, nodes, [&](const Found& node, const NodeData& data) {
    TreeNode copy{node.path.substr(root_ == "/" ? 0 : root_.size()), data.data, data.null, {}};
    if (copy.path == "/") copy.path.clear();
    if (options_.acl) {
      const auto& acl = acls[static_cast<size_t>(&node - nodes.data())];
      // A node that vanished between the two is as good as one that vanished before.
      if (acl.err == ErrorCode::no_node) return true;
      if (!acl) code = shell_.refuse(acl.err, node.path);
      copy.acl = acl.value.first;
    }
    if (code == ExitCode::ok) code = take(std::move(copy));
    if (code == ExitCode::ok && interrupt::requested()) code = shell_.interrupted();
    return code == ExitCode::ok;
  });
  return err == ErrorCode::ok ? code : shell_.refuse(err, root_);
}

}  // namespace paddock::client::shell
