#include "server/zab/membership.h"

#include <fmt/format.h>

#include <algorithm>

namespace paddock::zab {
namespace {

// The order in which a java.util.HashMap with Long keys is walked: by bucket; within a bucket by insertion,
// which is ascending here. Clients see it in /zookeeper/config.
template <class Value>
std::vector<int64_t> in_hash_map_order(const std::map<int64_t, Value>& entries) {
  size_t buckets = 16;
  while (entries.size() * 4 > buckets * 3) buckets *= 2;
  const auto bucket_of = [&](int64_t key) {
    const auto folded =
        static_cast<uint32_t>(static_cast<uint64_t>(key) ^ (static_cast<uint64_t>(key) >> 32));
    return (folded ^ (folded >> 16)) & (buckets - 1);
  };
  std::vector<int64_t> keys;
  for (const auto& entry : entries) keys.push_back(entry.first);
  std::stable_sort(keys.begin(), keys.end(),
                   [&](int64_t a, int64_t b) { return bucket_of(a) < bucket_of(b); });
  return keys;
}

std::string host_text(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::vector<Address> sorted_by_host(std::vector<Address> addresses) {
  std::stable_sort(addresses.begin(), addresses.end(),
                   [](const Address& a, const Address& b) { return a.host < b.host; });
  return addresses;
}

std::string server_text(const Member& member) {
  std::string text;
  const std::vector<Address> quorum = sorted_by_host(member.quorum);
  const std::vector<Address> election = sorted_by_host(member.election);
  for (size_t i = 0; i < std::min(quorum.size(), election.size()); ++i) {
    if (i > 0) text += '|';
    text += fmt::format("{}:{}:{}", host_text(quorum[i].host), quorum[i].port, election[i].port);
  }
  text += member.observer ? ":observer" : ":participant";
  if (member.client) text += fmt::format(";{}:{}", host_text(member.client->host), member.client->port);
  if (member.secure_client) {
    text += fmt::format(";{}:{}", host_text(member.secure_client->host), member.secure_client->port);
  }
  return text;
}

bool is_majority(const Membership& membership, const std::set<ServerId>& acks) {
  size_t voters = 0;
  size_t won = 0;
  for (const auto& [id, member] : membership.members) {
    if (member.observer) continue;
    ++voters;
    won += acks.count(id);
  }
  return won > voters / 2;
}

// A group is won by more than half of its weight; a quorum is more than half of the groups that have weight.
bool is_hierarchical_quorum(const Membership& membership, const std::set<ServerId>& acks) {
  struct Weight {
    int64_t total = 0;
    int64_t won = 0;
  };
  std::map<int64_t, Weight> groups;
  for (const auto& [id, member] : membership.members) {
    if (member.observer || member.group == 0) continue;
    Weight& weight = groups[member.group];
    weight.total += member.weight;
    if (acks.count(id) > 0) weight.won += member.weight;
  }
  size_t weighty = 0;
  size_t won = 0;
  for (const auto& [group, weight] : groups) {
    if (weight.total == 0) continue;
    ++weighty;
    if (weight.won * 2 > weight.total) ++won;
  }
  return won > weighty / 2;
}

std::string hierarchy_text(const Membership& membership) {
  std::map<int64_t, int64_t> group_of_server;
  for (const auto& [id, member] : membership.members) {
    if (!member.observer && member.group != 0) group_of_server[id.value] = member.group;
  }
  const std::vector<int64_t> servers = in_hash_map_order(group_of_server);
  std::map<int64_t, std::string> groups;
  for (const int64_t server : servers) {
    std::string& ids = groups[group_of_server.at(server)];
    ids += fmt::format("{}{}", ids.empty() ? "" : ":", server);
  }
  std::string text;
  for (const int64_t group : in_hash_map_order(groups)) {
    text += fmt::format("group.{}={}\n", group, groups.at(group));
  }
  for (const int64_t server : servers) {
    text += fmt::format("weight.{}={}\n", server, membership.members.at(ServerId{server}).weight);
  }
  return text;
}

}  // namespace

bool Membership::is_voter(ServerId id) const {
  const auto found = members.find(id);
  return found != members.end() && !found->second.observer;
}

bool Membership::is_observer(ServerId id) const {
  const auto found = members.find(id);
  return found != members.end() && found->second.observer;
}

size_t Membership::voter_count() const {
  return static_cast<size_t>(std::count_if(members.begin(), members.end(),
                                           [](const auto& entry) { return !entry.second.observer; }));
}

bool Membership::is_quorum(const std::set<ServerId>& acks) const {
  return hierarchical ? is_hierarchical_quorum(*this, acks) : is_majority(*this, acks);
}

std::string Membership::to_text() const {
  std::map<int64_t, const Member*> by_number;
  for (const auto& [id, member] : members) by_number[id.value] = &member;
  std::string text;
  for (const int64_t id : in_hash_map_order(by_number)) {
    text += fmt::format("server.{}={}\n", id, server_text(*by_number.at(id)));
  }
  if (hierarchical) text += hierarchy_text(*this);
  return text + fmt::format("version={:x}", static_cast<uint64_t>(version));
}

Membership membership_of_one(ServerId self) {
  Membership membership;
  Member& member = membership.members[self];
  member.id = self;
  return membership;
}

}  // namespace paddock::zab
