// A small language for histories of a log: each step is done to a Wal and noted in a model of what a recovery
// may find afterwards.
#pragma once

#include <fmt/core.h>

#include <functional>
#include <string>
#include <vector>

#include "server/store/wal.h"
#include "server/store/wal_segment.h"

namespace paddock::store {

struct Entry {
  Zxid zxid;
  std::string text;
  friend bool operator==(const Entry&, const Entry&) = default;
};
using Entries = std::vector<Entry>;

inline Entries entries_of(const std::vector<Append>& records) {
  Entries entries;
  for (const Append& record : records) entries.push_back({record.zxid, std::string(record.txn.view())});
  return entries;
}

// What the log must hold: `sure`, and perhaps how far the step that was cut short had come.
struct LogModel {
  Entries sure;
  Entries perhaps;         // appended by the step that did not end
  size_t perhaps_cut = 0;  // entries at the end of `sure` that a truncation under way may have left
  bool perhaps_empty = false;
  Zxid base;         // nothing at or below it may be asked for
  Zxid commit_sure;  // noted durably

  bool allows(const Entries& found) const {
    if (perhaps_empty && found.empty()) return true;
    const size_t least = sure.size() - perhaps_cut;
    if (found.size() < least || found.size() > sure.size() + perhaps.size()) return false;
    for (size_t i = 0; i < found.size(); ++i) {
      if (found[i] != (i < sure.size() ? sure[i] : perhaps[i - sure.size()])) return false;
    }
    return true;
  }
};

// The paths of the log's segments, oldest first.
inline std::vector<std::string> segments_in(Env& env, const std::string& directory) {
  std::vector<std::string> paths;
  const auto names = env.list(directory);
  if (!names.ok()) return paths;
  for (const std::string& name : *names) {
    if (segment_index(name)) paths.push_back(directory + "/" + name);
  }
  return paths;
}

class LogScript {
 public:
  LogScript(Env& env, const WalOptions& options) : env_(env), options_(options) {}

  bool open() {
    WalContents contents;
    auto wal = Wal::open(env_, "/log", options_, model.base, contents);
    if (!wal.ok()) return fail(wal.fault());
    wal_ = std::move(*wal);
    return true;
  }

  // A group of `count` records of about `bytes`, the last `behind` of them not known to be committed.
  bool group(size_t count, size_t bytes = 40) {
    std::vector<Append> records;
    Entries entries;
    for (size_t i = 0; i < count; ++i) {
      next_ = next_.next();
      std::string text = fmt::format("{:x}/{}/", next_.value, ++version_);
      text.resize(bytes + i % 7, static_cast<char>('a' + next_.value % 26));
      entries.push_back({next_, text});
      records.push_back({{}, next_, Bytes(text)});
    }
    model.perhaps = entries;
    const Zxid commit = model.sure.empty() ? model.base : model.sure.back().zxid;
    const Status done = wal_->append_group(records, {commit}, checkpoint);
    if (!done.ok()) return fail(done.fault());
    model.sure.insert(model.sure.end(), entries.begin(), entries.end());
    model.perhaps.clear();
    model.commit_sure = commit;
    return true;
  }

  bool truncate(Zxid last) {
    const size_t kept = count_up_to(last);
    model.perhaps_cut = model.sure.size() - kept;
    model.commit_sure = Zxid{};  // the groups that noted it may be gone; the next one notes it again
    const Status done = wal_->truncate(last);
    if (!done.ok()) return fail(done.fault());
    model.sure.resize(kept);
    model.perhaps_cut = 0;
    next_ = last;
    return true;
  }

  bool restart_after(Zxid base) {
    model.perhaps_empty = true;
    model.commit_sure = Zxid{};
    const Status done = wal_->restart_after(base);
    if (!done.ok()) return fail(done.fault());
    model = LogModel{};
    model.base = next_ = base;
    return true;
  }

  bool purge(Zxid keep_above) {
    const size_t gone = count_up_to(keep_above);
    model.sure.erase(model.sure.begin(), model.sure.begin() + static_cast<ptrdiff_t>(gone));
    model.base = std::max(model.base, keep_above);
    const Status done = wal_->purge(keep_above);
    return done.ok() || fail(done.fault());
  }

  Zxid last() const { return next_; }
  Wal& wal() { return *wal_; }
  void close() { wal_.reset(); }

  LogModel model;
  Zxid checkpoint;
  std::string fault;  // of the step that failed

 private:
  bool fail(const Fault& met) {
    fault = met.message;
    return false;
  }
  size_t count_up_to(Zxid zxid) const {
    size_t count = 0;
    while (count < model.sure.size() && model.sure[count].zxid <= zxid) ++count;
    return count;
  }

  Env& env_;
  const WalOptions options_;
  std::unique_ptr<Wal> wal_;
  Zxid next_;
  int version_ = 0;
};

}  // namespace paddock::store
