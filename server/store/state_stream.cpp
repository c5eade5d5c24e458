#include "server/store/state_stream.h"

#include <set>
#include <string>

#include "znode/tree_walk.h"

namespace paddock::store {
namespace {

constexpr size_t kPieceBytes = 1 << 20;

class StateStream {
 public:
  StateStream(const znode::State& state, const std::function<Status(std::string_view)>& sink)
      : state_(state), tree_(state.tree()), sink_(sink) {}

  Status run(quorum::SnapshotClosing closing) {
    write_sessions();
    write_acls();
    znode::for_each_below(tree_, znode::kRoot, [this](znode::NodeIndex node) { write_node(node); });
    writer_.end_of_nodes();
    if (closing == quorum::SnapshotClosing::signature) writer_.signature();
    hand_over();
    return status_;
  }

 private:
  void write_sessions() {
    writer_.session_count(state_.session_count());
    state_.for_each_session([this](SessionId id, int32_t timeout_ms) {
      writer_.session({id.value, timeout_ms});
    });
  }

  void write_acls() {
    std::set<znode::AclId> lists;
    znode::for_each_below(tree_, znode::kRoot, [&](znode::NodeIndex node) {
      if (tree_.acl(node) != znode::kOpenAcl) lists.insert(tree_.acl(node));
    });
    writer_.acl_count(lists.size());
    for (const znode::AclId id : lists) writer_.acl({id, state_.acls().list(id)});
  }

  void write_node(znode::NodeIndex node) {
    if (!status_.ok()) return;
    const std::string path = node == znode::kRoot ? "" : tree_.path(node);
    const znode::AclId acl = tree_.acl(node);
    const int64_t acl_id = acl == znode::kOpenAcl ? quorum::kOpenAclId : int64_t{acl};
    writer_.node({path, tree_.data(node), acl_id, tree_.persisted(node)});
    if (piece_.size() >= kPieceBytes) hand_over();
  }

  void hand_over() {
    if (status_.ok()) status_ = sink_(piece_);
    piece_.clear();
  }

  const znode::State& state_;
  const znode::Tree& tree_;
  const std::function<Status(std::string_view)>& sink_;
  std::string piece_;
  quorum::SnapshotWriter writer_{piece_};
  Status status_ = ok_status();
};

}  // namespace

Status stream_state(const znode::State& state, quorum::SnapshotClosing closing,
                    const std::function<Status(std::string_view)>& sink) {
  return StateStream(state, sink).run(closing);
}

}  // namespace paddock::store
