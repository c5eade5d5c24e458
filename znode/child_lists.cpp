#include "znode/child_lists.h"

#include <algorithm>

namespace paddock::znode {
namespace {

// Below it a list is encoded as fast as it is looked up.
constexpr int32_t kManyChildren = 1000;
constexpr size_t kMaxLists = 16;
constexpr size_t kMaxBytes = 32 << 20;

void encode(const Tree& tree, NodeIndex node, jute::Writer& body) {
  body.write_int(tree.child_count(node));
  for (NodeIndex child = tree.first_child(node); child != kNoNode; child = tree.next_sibling(child)) {
    body.write_buffer(tree.name(child));
  }
}

}  // namespace

void ChildLists::append(const Tree& tree, NodeIndex node, jute::Writer& body) {
  const int32_t count = tree.child_count(node);
  if (count < kManyChildren) return encode(tree, node, body);
  const client::StatPersisted stat = tree.persisted(node);
  const Version version{node, stat.czxid, stat.pzxid, stat.cversion, count};
  List* list = find(node);
  if (list != nullptr && list->version == version) {
    list->used = ++looks_;
    if (!list->encoded.empty()) return body.write_raw(list->encoded);
    const size_t begin = body.out().size();
    encode(tree, node, body);
    return keep(*list, std::string_view(body.out()).substr(begin));
  }
  if (list == nullptr) {
    if (lists_.size() == kMaxLists) forget_oldest();
    list = &lists_.emplace_back();
  }
  bytes_ -= list->encoded.size();
  *list = {version, ++looks_, {}};
  encode(tree, node, body);
}

void ChildLists::clear() {
  lists_.clear();
  bytes_ = 0;
}

ChildLists::List* ChildLists::find(NodeIndex node) {
  const auto found =
      std::find_if(lists_.begin(), lists_.end(), [&](const List& list) { return list.version.node == node; });
  return found == lists_.end() ? nullptr : &*found;
}

void ChildLists::keep(List& list, std::string_view encoded) {
  if (encoded.size() > kMaxBytes) return;
  list.encoded = encoded;
  bytes_ += encoded.size();
  // It was used last, so it is the last to go.
  while (bytes_ > kMaxBytes) forget_oldest();
}

void ChildLists::forget_oldest() {
  const auto oldest = std::min_element(lists_.begin(), lists_.end(),
                                       [](const List& a, const List& b) { return a.used < b.used; });
  bytes_ -= oldest->encoded.size();
  lists_.erase(oldest);
}

}  // namespace paddock::znode
