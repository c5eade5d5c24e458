// LoneEngine: one engine of an ensemble whose other servers are played by the test, packet by packet, and
// whose disk makes durable only what it is told to. What comes out is told in words:
//
//   sent   " FOLLOWERINFO2.0 ACKEPOCH1.5": packets, of one link
//   disk   " a1.1" append, " w3/1" epochs, " t1.4" truncation, " begin1.4 chunk end" a snapshot, " abandon"
//   told   " c1.1 serving3.0 stopped begin1.4 replaced1.4 abandoned ping s7 from1 gone"
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/zab/engine.h"

namespace paddock::zab::test {

inline constexpr LinkId kFirstLearner{uint64_t{1} << 63};

class LoneEngine {
 public:
  // Server `self` of `members` voters.
  LoneEngine(int64_t self, int64_t members);

  EngineOptions options;
  store::Recovered recovered;

  void log(std::initializer_list<Zxid> zxids, Zxid committed);
  void start();
  Engine& operator*() { return *engine_; }
  Engine* operator->() { return engine_.get(); }

  // --- The others
  // Everybody else follows `leader`, or votes for it if that is this server.
  void elect(int64_t leader);
  // The last connection this server asked for.
  std::optional<ConnectToLeader> dialled() const { return dialled_; }
  size_t dials() const { return dials_; }
  void up(LinkId link);
  void down(LinkId link);
  void say(LinkId link, quorum::PacketType type, Zxid zxid, const quorum::Buffer& data = {});
  void say_piece(LinkId link, const std::string& bytes, bool last);
  bool closed(LinkId link) const { return closed_.count(link) > 0; }

  // --- Disk and time
  // All that was asked for, and what follows from it, is durable.
  void persist();
  // Only that much more of it.
  void persist(size_t count);
  void pass(int64_t ms);
  Now now() const { return now_; }

  // --- What came out since it was last asked for
  std::string sent(LinkId link) { return std::exchange(sent_[link], {}); }
  std::string disk() { return std::exchange(disk_, {}); }
  std::string told() { return std::exchange(told_, {}); }
  // The data of the last packet of that kind, whoever got it.
  const std::string& data_of(quorum::PacketType type) const { return data_.at(type); }
  const std::vector<store::HistoryRead>& history_reads() const { return history_reads_; }
  const std::vector<store::SnapshotRead>& snapshot_reads() const { return snapshot_reads_; }

  void look();

 private:
  void note(const store::LogWork& work);
  void note(const SequenceItem& item);
  void note(const MessageOut& message);
  void note(const LinkCommand& command);

  std::unique_ptr<Engine> engine_;
  Now now_{Instant{1'000'000'000}, {}};
  int64_t round_ = 0;
  std::vector<DiskSeq> asked_;
  std::optional<ConnectToLeader> dialled_;
  size_t dials_ = 0;
  std::map<LinkId, std::string> sent_;
  std::map<LinkId, bool> closed_;
  std::map<quorum::PacketType, std::string> data_;
  std::string disk_;
  std::string told_;
  std::vector<store::HistoryRead> history_reads_;
  std::vector<store::SnapshotRead> snapshot_reads_;
};

}  // namespace paddock::zab::test
