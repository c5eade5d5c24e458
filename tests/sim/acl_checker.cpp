#include "tests/sim/acl_checker.h"

#include <algorithm>

#include "protocol/base/paths.h"
#include "protocol/jute/codec.h"
#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

using client::OpCode;

Zxid before(Zxid zxid) {
  return Zxid{zxid.value - 1};
}

}  // namespace

std::optional<AclChecker::Demand> AclChecker::demand_of(const Operation& asked) {
  switch (asked.type) {
    case OpCode::create:
    case OpCode::create2:
      return Demand{std::string(parent_path(asked.path)), client::kPermCreate};
    case OpCode::remove:
      return Demand{std::string(parent_path(asked.path)), client::kPermDelete};
    case OpCode::set_data:
    case OpCode::reconfig:
      return Demand{asked.path, client::kPermWrite};
    case OpCode::set_acl:
      return Demand{asked.path, client::kPermAdmin};
    case OpCode::exists:
    case OpCode::get_data:
    case OpCode::get_children:
    case OpCode::get_children2:
      return Demand{asked.path, client::kPermRead};
    default:
      return std::nullopt;  // a multi is judged part by part
  }
}

std::optional<AclChecker::Demand> AclChecker::demand_of(const txn::TxnBody& body) {
  if (const auto* create = std::get_if<txn::CreateTxn>(&body)) {
    return Demand{std::string(parent_path(create->path.view())), client::kPermCreate};
  }
  if (const auto* remove = std::get_if<txn::DeleteTxn>(&body)) {
    return Demand{std::string(parent_path(remove->path.view())), client::kPermDelete};
  }
  if (const auto* set = std::get_if<txn::SetDataTxn>(&body))
    return Demand{set->path.str(), client::kPermWrite};
  if (const auto* set = std::get_if<txn::SetAclTxn>(&body))
    return Demand{set->path.str(), client::kPermAdmin};
  if (const auto* check = std::get_if<txn::CheckVersionTxn>(&body)) {
    return Demand{check->path.str(), client::kPermRead};
  }
  return std::nullopt;
}

void AclChecker::judge(SessionId session, const Demand& demand, Zxid at, Verdict& verdict) const {
  const auto address = addresses_.find(session);
  const auto node = chronicle_.node(demand.path, at);
  if (address == addresses_.end() || !node) return;
  const auto list = jute::decoded<jute::Vector<client::Acl>>(node->acl);
  require(node->acl.empty() || list.has_value(), "C13", "the ACL of {} at {} cannot be read", demand.path,
          text(at));
  const bool allowed =
      node->acl.empty() || std::any_of(list->begin(), list->end(), [&](const client::Acl& acl) {
        const bool named = acl.id.scheme.view() == "world" ||
                           (acl.id.scheme.view() == "ip" && acl.id.id.view() == address->second);
        return named && (acl.perms & demand.permission) != 0;
      });
  (allowed ? verdict.allowed : verdict.denied) = true;
}

AclChecker::Verdict AclChecker::judge_read(SessionId session, const Demand& demand, Zxid at) const {
  Verdict verdict;
  judge(session, demand, at, verdict);
  return verdict;
}

Zxid AclChecker::applied_before(Zxid zxid) const {
  const auto prepared = prepared_at_.find(zxid);
  return prepared == prepared_at_.end() ? before(zxid) : prepared->second;
}

bool AclChecker::changes(const Committed& entry, const std::string& path) {
  const auto txn = txn::decode_txn(entry.txn.view());
  if (!txn.ok() || !entry.effective) return false;
  const auto is_there = [&](const txn::TxnBody& body) {
    const auto demand = demand_of(body);
    return demand && demand->path == path;
  };
  const auto* multi = std::get_if<txn::MultiTxn>(&txn->body);
  if (multi == nullptr) return is_there(txn->body);
  return std::any_of(multi->txns.begin(), multi->txns.end(), [&](const txn::SubTxn& part) {
    const auto body = txn::decode_sub_txn(part);
    return body.ok() && is_there(*body);
  });
}

Zxid AclChecker::judged_since(const std::string& path, Zxid zxid) const {
  Zxid since = applied_before(zxid);
  for (const Committed* entry = chronicle_.at_or_below(before(zxid)); entry != nullptr && entry->zxid > since;
       entry = chronicle_.at_or_below(before(entry->zxid))) {
    if (changes(*entry, path)) since = std::min(since, applied_before(entry->zxid));
  }
  return since;
}

AclChecker::Verdict AclChecker::judge_write(SessionId session, const Demand& demand, Zxid zxid) const {
  Verdict verdict;
  const Zxid since = judged_since(demand.path, zxid);
  for (Zxid at = before(zxid);; at = before(at)) {
    const Committed* entry = chronicle_.at_or_below(at);
    judge(session, demand, at, verdict);
    if (entry == nullptr || entry->zxid <= since) return verdict;
    at = entry->zxid;
  }
}

void AclChecker::require_allowed(const Committed& entry, const txn::TxnBody& body) const {
  const auto demand = demand_of(body);
  if (!demand) return;
  const Verdict verdict = judge_write(entry.session, *demand, entry.zxid);
  require(verdict.allowed || !verdict.denied, "C13",
          "{} at {} took effect, and {} does not allow it to session {:#x}", client::name_of(entry.type),
          text(entry.zxid), demand->path, entry.session.value);
}

void AclChecker::committed(const Committed& entry) const {
  if (!entry.effective || !addresses_.contains(entry.session)) return;
  const auto txn = txn::decode_txn(entry.txn.view());
  if (!txn.ok()) return;  // Z1's
  const auto* multi = std::get_if<txn::MultiTxn>(&txn->body);
  if (multi == nullptr) return require_allowed(entry, txn->body);
  for (const txn::SubTxn& part : multi->txns) {
    if (const auto body = txn::decode_sub_txn(part); body.ok()) require_allowed(entry, *body);
  }
}

void AclChecker::answered(SessionId session, const Operation& asked, const Answer& heard) const {
  const auto demand = demand_of(asked);
  if (!demand) return;
  const Verdict verdict = is_write(asked.type) ? judge_write(session, *demand, heard.zxid)
                                               : judge_read(session, *demand, heard.zxid);
  if (heard.err == ErrorCode::no_auth) {
    require(verdict.denied, "C13", "{} {} at {} was refused, and {} allows it", client::name_of(asked.type),
            asked.path, text(heard.zxid), demand->path);
  } else if (heard.err == ErrorCode::ok) {
    require(verdict.allowed || !verdict.denied, "C13", "{} {} at {} was answered, and {} does not allow it",
            client::name_of(asked.type), asked.path, text(heard.zxid), demand->path);
  }
}

}  // namespace paddock::sim
