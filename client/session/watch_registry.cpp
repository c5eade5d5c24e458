#include "client/session/watch_registry.h"

#include "protocol/jute/codec.h"

namespace paddock::client {
namespace {

template <class Paths>
void erase(Paths& paths, std::string_view path) {
  if (const auto found = paths.find(path); found != paths.end()) paths.erase(found);
}

}  // namespace

void WatchRegistry::answered(WatchIntent intent, std::string_view path, ErrorCode err) {
  if (intent == WatchIntent::exists && err == ErrorCode::no_node) {
    exist_.emplace(path);
    return;
  }
  if (err != ErrorCode::ok) return;
  switch (intent) {
    case WatchIntent::none:
      return;
    case WatchIntent::data:
    case WatchIntent::exists:
      data_.emplace(path);
      return;
    case WatchIntent::child:
      child_.emplace(path);
      return;
    case WatchIntent::persistent:
      persistent_.emplace(path);
      return;
    case WatchIntent::recursive:
      recursive_.emplace(path);
      return;
  }
}

void WatchRegistry::fired(EventType type, std::string_view path) {
  if (type != EventType::children_changed) {
    erase(data_, path);
    erase(exist_, path);
  }
  if (type == EventType::children_changed || type == EventType::deleted) erase(child_, path);
}

void WatchRegistry::removed(WatcherType type, std::string_view path) {
  const bool any = type == WatcherType::any;
  if (any || type == WatcherType::children) erase(child_, path);
  if (any || type == WatcherType::data) {
    erase(data_, path);
    erase(exist_, path);
  }
  if (any || type == WatcherType::persistent) erase(persistent_, path);
  if (any || type == WatcherType::persistent_recursive) erase(recursive_, path);
}

bool WatchRegistry::empty() const {
  return data_.empty() && exist_.empty() && child_.empty() && persistent_.empty() && recursive_.empty();
}

std::vector<WatchRegistry::SetWatches> WatchRegistry::set_watches(Zxid last_seen, size_t limit) const {
  std::vector<SetWatches> requests;
  const bool only_one_shot = persistent_.empty() && recursive_.empty();
  SetWatches2Request chunk;
  size_t bytes = 0;
  const auto flush = [&] {
    if (bytes == 0) return;
    chunk.relative_zxid = last_seen.value;
    requests.push_back(only_one_shot ? SetWatches{OpCode::set_watches,
                                                  jute::encoded(SetWatchesRequest{last_seen.value, chunk.data,
                                                                                  chunk.exist, chunk.child})}
                                     : SetWatches{OpCode::set_watches2, jute::encoded(chunk)});
    chunk = SetWatches2Request();
    bytes = 0;
  };
  const auto add = [&](const Paths& paths, Vector<Text> SetWatches2Request::*list) {
    for (const std::string& path : paths) {
      if (bytes > 0 && bytes + path.size() > limit) flush();
      (chunk.*list).items.emplace_back(path);
      bytes += path.size();
    }
  };
  add(data_, &SetWatches2Request::data);
  add(exist_, &SetWatches2Request::exist);
  add(child_, &SetWatches2Request::child);
  add(persistent_, &SetWatches2Request::persistent);
  add(recursive_, &SetWatches2Request::recursive);
  flush();
  return requests;
}

}  // namespace paddock::client
