#include "znode/acl.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "znode/acl_scheme.h"

namespace paddock::znode {
namespace {

bool is_anyone(const client::Id& id) {
  return id.scheme == "world" && id.id == "anyone";
}

bool is_matched(const client::Id& id, const Identities& who, const Options& options) {
  const AclScheme scheme = scheme_of(id.scheme.view(), options);
  if (scheme == AclScheme::none) return false;
  return std::any_of(who.begin(), who.end(), [&](const Identity& identity) {
    return id.scheme.view() == identity.scheme && matches(scheme, identity.id, id.id.view(), options);
  });
}

// Puts an entry for everything that the requester proved in the place of one of scheme "auth".
ErrorCode expand_auth(int32_t perms, const Identities& who, const Options& options, AclView& fixed) {
  const size_t before = fixed.items.size();
  for (const Identity& identity : who) {
    if (!is_authenticated(scheme_of(identity.scheme, options))) continue;
    fixed.items.push_back(client::Acl{perms, {identity.scheme, identity.id}});
  }
  return fixed.items.size() > before ? ErrorCode::ok : ErrorCode::invalid_acl;
}

ErrorCode fix_up_entry(const client::Acl& entry, const Identities& who, const Options& options,
                       AclView& fixed) {
  const std::string_view scheme = entry.id.scheme.view();
  if (entry.id.scheme.is_null()) return ErrorCode::invalid_acl;
  if (scheme == "auth") return expand_auth(entry.perms, who, options, fixed);
  const AclScheme known = scheme_of(scheme, options);
  if (entry.id.id.is_null()) {
    return scheme == "world" || known != AclScheme::none ? ErrorCode::marshalling_error
                                                         : ErrorCode::invalid_acl;
  }
  if (!is_anyone(entry.id) && !is_valid_id(known, entry.id.id.view())) return ErrorCode::invalid_acl;
  fixed.items.push_back(entry);
  return ErrorCode::ok;
}

// Tells entries that an earlier one equals. A frame has room for 80,000 entries, too many to compare them all
// with each other.
class Repetitions {
 public:
  explicit Repetitions(const AclView& acl) : acl_(acl) {}

  bool includes(size_t index) {
    const client::Acl& entry = acl_.items[index];
    if (acl_.size() > 16) return !seen_.insert(key(entry)).second;
    const auto here = acl_.items.begin() + static_cast<ptrdiff_t>(index);
    return std::find(acl_.items.begin(), here, entry) != here;
  }

 private:
  using Key = std::tuple<int32_t, bool, std::string_view, bool, std::string_view>;
  static Key key(const client::Acl& entry) {
    const client::Id& id = entry.id;
    return {entry.perms, id.scheme.is_null(), id.scheme.view(), id.id.is_null(), id.id.view()};
  }

  const AclView& acl_;
  std::set<Key> seen_;
};

}  // namespace

bool allows(const AclView& acl, int32_t wanted_perms, const Identities& who, const Options& options) {
  if (options.skip_acl || acl.empty()) return true;
  const client::Acl& first = acl.items.front();
  if ((first.perms & wanted_perms) != 0 && is_anyone(first.id)) return true;
  for (const Identity& identity : who) {
    if (identity.scheme == "super") return true;
  }
  return std::any_of(acl.begin(), acl.end(), [&](const client::Acl& entry) {
    return (entry.perms & wanted_perms) != 0 && (is_anyone(entry.id) || is_matched(entry.id, who, options));
  });
}

ErrorCode fix_up_acl(const AclView& asked, const Identities& who, const Options& options, AclView& fixed) {
  fixed.items.clear();
  fixed.null = false;
  if (asked.empty()) return ErrorCode::invalid_acl;
  Repetitions repetitions(asked);
  for (size_t i = 0; i < asked.size(); ++i) {
    if (repetitions.includes(i)) continue;
    const ErrorCode err = fix_up_entry(asked.items[i], who, options, fixed);
    if (err != ErrorCode::ok) return err;
  }
  return ErrorCode::ok;
}

void mask_digests(AclView& acl, std::vector<std::string>& storage) {
  storage.clear();
  storage.reserve(acl.size());  // a short string's bytes move with it
  for (client::Acl& entry : acl.items) {
    const std::string_view id = entry.id.id.view();
    const size_t colon = id.find(':');
    if (entry.id.scheme != "digest" || colon == std::string_view::npos) continue;
    storage.push_back(std::string(id.substr(0, colon)) + ":x");
    entry.id.id = storage.back();
  }
}

}  // namespace paddock::znode
