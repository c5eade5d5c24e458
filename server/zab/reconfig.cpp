#include "server/zab/reconfig.h"

#include <algorithm>
#include <vector>

#include "protocol/base/text.h"
#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "server/zab/membership_lines.h"

namespace paddock::zab {
namespace {

// "127.0.0.1", "localhost", "0.0.0.0": many servers have the same.
bool names_one_machine(const std::string& host) {
  return host != "localhost" && host != "0.0.0.0" && host != "::" && host != "::1" &&
         !host.starts_with("127.");
}

std::vector<Address> addresses_of(const Member& member) {
  std::vector<Address> all = member.quorum;
  all.insert(all.end(), member.election.begin(), member.election.end());
  if (member.client) all.push_back(*member.client);
  return all;
}

bool share_an_address(const Member& a, const Member& b) {
  const std::vector<Address> others = addresses_of(b);
  const std::vector<Address> own = addresses_of(a);
  return std::any_of(own.begin(), own.end(), [&](const Address& address) {
    return names_one_machine(address.host) &&
           std::find(others.begin(), others.end(), address) != others.end();
  });
}

ErrorCode remove_all(Membership& membership, std::string_view leaving) {
  for (const std::string_view part : parts_of(leaving, ',')) {
    const auto id = parse_number(part);
    if (!id) return ErrorCode::marshalling_error;
    membership.members.erase(ServerId{*id});
  }
  return ErrorCode::ok;
}

ErrorCode add(Membership& membership, std::string_view joiner) {
  const std::vector<std::string_view> sides = parts_of(joiner, '=');
  if (sides.size() != 2) return ErrorCode::bad_arguments;
  const size_t dot = sides[0].rfind('.');
  const auto id = parse_number(dot == std::string_view::npos ? sides[0] : sides[0].substr(dot + 1));
  if (!id) return ErrorCode::marshalling_error;
  auto member = parse_server_line(ServerId{*id}, sides[1]);
  if (!member || !member->client) return ErrorCode::bad_arguments;
  for (const auto& [other, known] : membership.members) {
    if (other != member->id && share_an_address(*member, known)) return ErrorCode::bad_arguments;
  }
  membership.members[member->id] = std::move(*member);
  return ErrorCode::ok;
}

// A majority of what results; groups cannot be changed one by one.
ErrorCode change(Membership& membership, const ReconfigOrder& order) {
  if (membership.hierarchical) return ErrorCode::bad_arguments;
  if (order.leaving) {
    if (const ErrorCode err = remove_all(membership, *order.leaving); err != ErrorCode::ok) return err;
  }
  if (!order.joining) return ErrorCode::ok;
  for (const std::string_view joiner : parts_of(*order.joining, ',')) {
    if (const ErrorCode err = add(membership, joiner); err != ErrorCode::ok) return err;
  }
  return ErrorCode::ok;
}

ErrorCode replace(Membership& membership, std::string text, bool standalone_enabled) {
  std::replace(text.begin(), text.end(), ',', '\n');
  auto members = parse_membership(text);
  if (!members) return ErrorCode::bad_arguments;
  membership = std::move(*members);
  // What ZooKeeper finds here it does not answer as a bad argument.
  const size_t voters = membership.voter_count();
  const bool observers = membership.members.size() > voters;
  if (voters == 0 && (!standalone_enabled || observers)) return ErrorCode::marshalling_error;
  if (voters == 1 && standalone_enabled && observers) return ErrorCode::marshalling_error;
  return ErrorCode::ok;
}

}  // namespace

ReconfigPlan plan_membership(const Membership& current, const ReconfigOrder& order, bool standalone_enabled,
                             Zxid zxid) {
  ReconfigPlan plan{ErrorCode::ok, current};
  plan.err = order.new_members ? replace(plan.membership, *order.new_members, standalone_enabled)
                               : change(plan.membership, order);
  if (plan.err != ErrorCode::ok) return plan;
  plan.membership.version = zxid.value;
  if (plan.membership.voter_count() < (standalone_enabled ? 2u : 1u)) plan.err = ErrorCode::bad_arguments;
  return plan;
}

std::optional<Membership> membership_in(std::string_view txn) {
  constexpr size_t kTypeAt = 8 + 4 + 8 + 8;
  if (txn.size() < kTypeAt + 4) return std::nullopt;
  const auto type = jute::decoded<int32_t>(txn.substr(kTypeAt, 4));
  if (type != static_cast<int32_t>(client::OpCode::reconfig)) return std::nullopt;
  const auto decoded = txn::decode_txn(txn);
  if (!decoded) return std::nullopt;
  const auto* set = std::get_if<txn::SetDataTxn>(&decoded->body);
  if (!set) return std::nullopt;
  auto membership = parse_membership(set->data.view());
  if (!membership) return std::nullopt;
  return std::move(*membership);
}

}  // namespace paddock::zab
