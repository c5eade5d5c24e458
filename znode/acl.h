// Who may do what (spec/client-protocol.md section 12): identities of a connection, the evaluation of ACL
// lists, their fix-up at create and setACL, and the table that interns them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/base/error_code.h"
#include "protocol/client/records.h"
#include "protocol/jute/types.h"
#include "znode/options.h"

namespace paddock::znode {

// What a connection has proved about itself. ("super", ...) may do everything.
struct Identity {
  std::string scheme;
  std::string id;
  friend bool operator==(const Identity&, const Identity&) = default;
};
using Identities = std::vector<Identity>;

using AclView = jute::Vector<client::Acl>;

// The identity that every connection starts with. `address`: IPv4 dotted, IPv6 as 8 uncompressed groups.
Identity ip_identity(std::string_view address);

// What a connection has proved by its client certificate: the subject's name as RFC 2253 writes it.
Identities certificate_identities(std::string_view subject, const Options& options);
// What an auth packet adds to `present` (12.1), each only once. Nothing: AUTHFAILED, the connection is to be
// closed after the reply.
std::optional<Identities> authenticate(const client::AuthPacket& packet, const Identities& present,
                                       const Options& options);

// 12.4, in its order: skip_acl, empty list, super, then entry by entry.
bool allows(const AclView& acl, int32_t wanted_perms, const Identities& who, const Options& options);

// 12.5. The list as it is to be stored, or the code to refuse with (INVALIDACL; MARSHALLINGERROR for a null
// id where Java throws). `fixed` views the bytes of `asked` and of `who`.
ErrorCode fix_up_acl(const AclView& asked, const Identities& who, const Options& options, AclView& fixed);

// As getACL shows it to someone without ADMIN: digest ids masked to "user:x". `storage` keeps the new bytes.
void mask_digests(AclView& acl, std::vector<std::string>& storage);

// user part of an identity as whoAmI shows it.
std::string_view display_user(const Identity& identity);

// world:anyone may do everything, and nobody else is named.
bool is_open_acl(const AclView& acl);

// Interned lists. An id is small, stable while referenced, and local to this server (never on the wire).
using AclId = uint32_t;
inline constexpr AclId kOpenAcl = 0;  // world:anyone, all permissions; not counted, always present

class AclTable {
 public:
  AclTable();
  // Takes one reference.
  AclId intern(const AclView& acl);
  void add_reference(AclId id);
  void release(AclId id);
  // Valid until the last reference is released. Requires: id is referenced or kOpenAcl.
  const AclView& list(AclId id) const;
  // The list in jute form; equal lists have equal bytes.
  std::string_view encoded(AclId id) const;
  size_t size() const { return by_bytes_.size(); }

 private:
  struct Entry;
  std::vector<Entry> entries_;
  std::vector<AclId> free_;
  std::unordered_map<std::string_view, AclId> by_bytes_;

 public:
  ~AclTable();
  AclTable(const AclTable&) = delete;
  AclTable& operator=(const AclTable&) = delete;
};

}  // namespace paddock::znode
