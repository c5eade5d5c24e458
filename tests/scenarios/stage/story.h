// Story: what happened, line by line, as far as the scenario wants to know. Topics:
//   roles     who leads, follows, looks, serves, stops        sync     how a learner is brought up to date
//   commits   what becomes committed where                    disk     what becomes durable
//   packets   every packet of a learner link, as it arrives   votes    every notification, as it arrives
//   configs   which configuration a server is in
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "protocol/base/result.h"
#include "protocol/quorum/records.h"
#include "record.h"
#include "server/store/contract.h"
#include "server/zab/membership.h"

namespace paddock::scenarios {

enum class Topic { roles, sync, commits, disk, packets, votes, configs };

std::string describe(const quorum::QuorumPacket& packet);
std::string describe(const quorum::Notification& message);
std::string describe(const store::LogWork& work);
std::string describe(const zab::Membership& config);
// "DIFF 1:2", "PROPOSAL 1:2 word", "ACKEPOCH 1:2 of 1", "LEADERINFO 2:0"... back into a packet. `storage`
// keeps what the packet's data points into.
Result<quorum::QuorumPacket> parse_packet(const std::vector<std::string>& words, std::string& storage);
Result<Zxid> parse_zxid(const std::string& text);

class Story {
 public:
  void watch(std::set<Topic> topics) { topics_ = std::move(topics); }
  bool wants(Topic topic) const { return topics_.count(topic) > 0; }

  void say(Topic topic, std::string line) {
    if (wants(topic)) tell(std::move(line));
  }
  void tell(std::string line) {
    lines_.push_back(std::move(line));
    committing_.clear();
  }
  // Commits of one server share a line, until something else is told.
  void committed(int64_t server, const Record& record);
  // Something that must never happen.
  void wrong(std::string line) {
    went_wrong_ = true;
    tell("WRONG: " + std::move(line));
  }

  bool went_wrong() const { return went_wrong_; }
  std::vector<std::string> take() {
    committing_.clear();
    return std::exchange(lines_, {});
  }

 private:
  std::set<Topic> topics_{Topic::roles, Topic::sync, Topic::commits};
  std::vector<std::string> lines_;
  std::map<int64_t, size_t> committing_;  // the line that tells a server's commits
  bool went_wrong_ = false;
};

}  // namespace paddock::scenarios
