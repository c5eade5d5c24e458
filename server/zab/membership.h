// Who is in the ensemble and what a quorum of them is (spec/quorum-protocol.md sections 1.3 and 15). Pure
// arithmetic over ids; addresses are carried along as text for those who open connections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"

namespace paddock::zab {

struct Address {
  std::string host;  // as configured, not resolved
  int32_t port = 0;
  friend bool operator==(const Address&, const Address&) = default;
};

struct Member {
  ServerId id;
  std::vector<Address> quorum;    // learner port; several with multiAddress
  std::vector<Address> election;  // as many
  bool observer = false;
  std::optional<Address> client;
  std::optional<Address> secure_client;
  int64_t weight = 1;
  int64_t group = 0;  // 0: none
  friend bool operator==(const Member&, const Member&) = default;
};

struct Membership {
  std::map<ServerId, Member> members;  // empty: an ensemble of one, `self` alone
  int64_t version = 0;
  bool hierarchical = false;

  bool is_voter(ServerId id) const;
  // Named as an observer. Whom the configuration does not name is neither.
  bool is_observer(ServerId id) const;
  size_t voter_count() const;
  // Majority, or weighted groups. `acks` may name anybody; only voters count.
  bool is_quorum(const std::set<ServerId>& acks) const;
  // The text of section 1.3, to the byte.
  std::string to_text() const;
  friend bool operator==(const Membership&, const Membership&) = default;
};

// An ensemble of one.
Membership membership_of_one(ServerId self);

}  // namespace paddock::zab
