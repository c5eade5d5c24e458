// FakeStore: one server's disk in memory: a log, an image of the tree, epochs, and work that is not synced
// yet. A crash keeps as much of that work as it is told to.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/store/contract.h"

namespace paddock::zab::test {

struct Entry {
  Zxid zxid;
  std::string txn;
  friend bool operator==(const Entry&, const Entry&) = default;
};
using Entries = std::vector<Entry>;

std::string image_of(const Entries& tree);
// Nothing if it is none.
std::optional<Entries> tree_of(const std::string& image);
inline constexpr char kImageEnd = '.';

class FakeStore {
 public:
  // --- As the host uses it
  void submit(std::vector<store::LogWork> work);
  size_t pending() const { return pending_.size(); }
  // The first `count` pieces of work become durable. Returns the last one's number.
  DiskSeq sync(size_t count);
  store::HistoryFetched read(const store::HistoryRead& wanted) const;
  // Nothing for a close.
  std::optional<store::SnapshotPiece> read(const store::SnapshotRead& wanted);
  size_t open_images() const { return images_.size(); }

  // --- As its process goes
  // The first `landed` pieces of what is not synced are there all the same.
  void crash(size_t landed);
  store::Recovered recover() const;
  Entries recovered_tree() const { return base_.image; }
  // The image becomes `tree`, as far as the log is durable. `purge`: and the log forgets what is below.
  void checkpoint(const Entries& tree, Zxid applied, bool purge);

  // --- What is durable
  const store::Epochs& epochs() const { return epochs_; }
  Zxid last_logged() const { return base_.log.empty() ? base_.log_begin : base_.log.back().zxid; }

 private:
  struct Base {
    Entries image;
    Zxid image_zxid;
    Entries log;
    Zxid log_begin;
  };
  struct OpenImage {
    Zxid zxid;
    std::string bytes;
    size_t given = 0;
  };

  void apply(const store::Append& work);
  void apply(const store::Truncate& work);
  void apply(const store::WriteEpochs& work);
  void apply(const store::Fence&) {}
  void apply(const store::SnapshotBegin& work);
  void apply(const store::SnapshotChunk& work);
  void apply(const store::SnapshotEnd&);
  void apply(const store::SnapshotAbandon&) { staged_.reset(); }

  store::Epochs epochs_;
  Base base_;
  std::optional<Base> staged_;
  std::string staged_image_;
  std::deque<store::LogWork> pending_;
  std::map<uint64_t, OpenImage> images_;
};

}  // namespace paddock::zab::test
