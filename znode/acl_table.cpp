#include <memory>

#include "protocol/base/check.h"
#include "protocol/jute/codec.h"
#include "znode/acl.h"

namespace paddock::znode {
namespace {

struct List {
  std::string bytes;
  AclView view;  // into bytes
  uint32_t references = 0;
};

std::unique_ptr<List> make_list(std::string bytes) {
  auto list = std::make_unique<List>();
  list->bytes = std::move(bytes);
  jute::Reader reader(list->bytes);
  const bool whole = jute::decode(reader, list->view);
  PADDOCK_CHECK(whole, "an encoded ACL list of {} bytes does not decode", list->bytes.size());
  return list;
}

}  // namespace

bool is_open_acl(const AclView& acl) {
  return acl.size() == 1 && acl.items[0].perms == client::kPermAll && acl.items[0].id.scheme == "world" &&
         acl.items[0].id.id == "anyone";
}

// On the heap: list() hands out references that outlive a growing table.
struct AclTable::Entry {
  std::unique_ptr<List> list;
};

AclTable::AclTable() {
  entries_.push_back(Entry{make_list(jute::encoded(AclView{{client::kPermAll, {"world", "anyone"}}}))});
}

AclTable::~AclTable() = default;

AclId AclTable::intern(const AclView& acl) {
  if (is_open_acl(acl)) return kOpenAcl;
  std::string bytes = jute::encoded(acl);
  if (const auto found = by_bytes_.find(bytes); found != by_bytes_.end()) {
    ++entries_[found->second].list->references;
    return found->second;
  }
  AclId id = static_cast<AclId>(entries_.size());
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  entries_[id].list = make_list(std::move(bytes));
  entries_[id].list->references = 1;
  by_bytes_.emplace(entries_[id].list->bytes, id);
  return id;
}

void AclTable::add_reference(AclId id) {
  if (id != kOpenAcl) ++entries_[id].list->references;
}

void AclTable::release(AclId id) {
  if (id == kOpenAcl) return;
  List& list = *entries_[id].list;
  PADDOCK_CHECK(list.references > 0, "ACL list {} released too often", id);
  if (--list.references > 0) return;
  by_bytes_.erase(list.bytes);
  entries_[id].list.reset();
  free_.push_back(id);
}

const AclView& AclTable::list(AclId id) const {
  return entries_[id].list->view;
}
std::string_view AclTable::encoded(AclId id) const {
  return entries_[id].list->bytes;
}

}  // namespace paddock::znode
