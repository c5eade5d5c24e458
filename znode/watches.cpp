#include "znode/watches.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>

#include "protocol/base/check.h"
#include "znode/watch_index.h"

namespace paddock::znode {
namespace {

// Which modes of which table a client means by a WatcherType.
struct Meaning {
  WatchModes data = 0;
  WatchModes child = 0;
};

Meaning meaning_of(client::WatcherType type) {
  switch (type) {
    case client::WatcherType::children:
      return {0, kStandardWatch};
    case client::WatcherType::data:
      return {kStandardWatch, 0};
    case client::WatcherType::any:
      return {kAnyWatch, kAnyWatch};
    case client::WatcherType::persistent:
      return {kPersistentWatch, kPersistentWatch};
    case client::WatcherType::persistent_recursive:
      return {kRecursiveWatch, 0};
  }
  return {};
}

// Appends connections, each once. A few are compared with each other; only a crowd gets a set.
class Told {
 public:
  explicit Told(std::vector<ConnectionId>& list) : list_(list) {}

  void add(ConnectionId connection) {
    if (is_new(connection)) list_.push_back(connection);
  }

 private:
  static constexpr size_t kFew = 16;

  bool is_new(ConnectionId connection) {
    if (list_.size() < kFew) return std::find(list_.begin(), list_.end(), connection) == list_.end();
    if (set_.empty()) {
      for (const ConnectionId told : list_) set_.insert(told.value);
    }
    return set_.insert(connection.value).second;
  }

  std::vector<ConnectionId>& list_;
  boost::unordered_flat_set<uint64_t> set_;  // empty, or the same as list_
};

}  // namespace

struct Watches::Impl {
  WatchIndex data;
  WatchIndex child;

  void tell_ancestors(std::string_view path, Told& told);
};

// Recursive watches on a node above `path`.
void Watches::Impl::tell_ancestors(std::string_view path, Told& told) {
  while (path.size() > 1) {
    const size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return;
    path = slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
    data.take(kRecursiveWatch, path, [&](ConnectionId connection) { told.add(connection); });
  }
}

Watches::Watches() : impl_(std::make_unique<Impl>()) {}
Watches::~Watches() = default;

void Watches::add(WatchTable table, WatchMode mode, std::string_view path, ConnectionId connection) {
  PADDOCK_CHECK(mode != WatchMode::recursive || table == WatchTable::data, "a recursive child watch on '{}'",
                path);
  (table == WatchTable::data ? impl_->data : impl_->child).add(mode, path, connection);
}

bool Watches::contains(client::WatcherType type, std::string_view path, ConnectionId connection) const {
  const Meaning meaning = meaning_of(type);
  return impl_->data.contains(meaning.data, path, connection) ||
         impl_->child.contains(meaning.child, path, connection);
}

bool Watches::remove(client::WatcherType type, std::string_view path, ConnectionId connection) {
  const Meaning meaning = meaning_of(type);
  const bool had_data = impl_->data.remove(meaning.data, path, connection);
  const bool had_child = impl_->child.remove(meaning.child, path, connection);
  return had_data || had_child;
}

void Watches::drop_connection(ConnectionId connection) {
  impl_->data.drop_connection(connection);
  impl_->child.drop_connection(connection);
}

void Watches::trigger(WatchTable table, client::EventType event, std::string_view path,
                      std::vector<ConnectionId>& told) {
  Told once(told);
  const auto tell = [&](ConnectionId connection) { once.add(connection); };
  if (table == WatchTable::child) return impl_->child.take(kStandardWatch | kPersistentWatch, path, tell);
  impl_->data.take(
      event == client::EventType::children_changed ? kStandardWatch | kPersistentWatch : kAnyWatch, path,
      tell);
  if (impl_->data.has_recursive() && event != client::EventType::children_changed) {
    impl_->tell_ancestors(path, once);
  }
}

std::vector<Watches::Entry> Watches::data_entries() const {
  std::vector<Entry> entries;
  impl_->data.for_each([&](const std::string& path, ConnectionId connection) {
    entries.push_back(Entry{path, connection});
  });
  return entries;
}

size_t Watches::count() const {
  return impl_->data.size() + impl_->child.size();
}

size_t Watches::count_of(ConnectionId connection) const {
  return impl_->data.count_of(connection) + impl_->child.count_of(connection);
}

}  // namespace paddock::znode
