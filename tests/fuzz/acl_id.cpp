// An ACL entry: permissions (one byte), scheme and id, parted by a zero.
#include "tests/fuzz/fuzz_target.h"
#include "znode/acl.h"
#include "znode/acl_scheme.h"
#include "znode/ip_prefix.h"

using namespace paddock;

namespace {

znode::Options all_schemes() {
  znode::Options options;
  options.x509_auth = options.sasl_auth = true;
  options.super_digest = "super:D/InIHSb7yEEbrWz8b9l71RjZJU=";
  return options;
}

void check_prefix(std::string_view id) {
  const auto prefix = znode::IpPrefix::parse(id);
  if (!prefix) return;
  PADDOCK_CHECK(prefix->covers(*prefix), "an address is not in its own range");
  PADDOCK_CHECK(prefix->bits >= 0 && prefix->bits <= 8 * prefix->length, "{} bits of {} bytes", prefix->bits,
                prefix->length);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text = fuzz::text_of(data, size).substr(1);
  const size_t end = std::min(text.find('\0'), text.size());
  const std::string_view scheme = text.substr(0, end);
  const std::string_view id = text.substr(std::min(end + 1, text.size()));
  const znode::Options options = all_schemes();
  check_prefix(id);

  znode::Identities who{znode::ip_identity("127.0.0.1")};
  if (const auto proved = znode::authenticate({0, scheme, id}, who, options)) who = *proved;
  const znode::AclView asked{client::Acl{data[0] & client::kPermAll, {scheme, id}}};
  znode::allows(asked, client::kPermRead, who, options);
  znode::AclView fixed;
  if (znode::fix_up_acl(asked, who, options, fixed) != ErrorCode::ok) return 0;
  PADDOCK_CHECK(fixed.size() > 0, "an entry is accepted, and is lost");
  znode::AclView again;
  PADDOCK_CHECK(znode::fix_up_acl(fixed, who, options, again) == ErrorCode::ok && again == fixed,
                "what was accepted is not accepted as it is");
  std::vector<std::string> storage;
  znode::mask_digests(again, storage);
  PADDOCK_CHECK(again.size() == fixed.size(), "masking loses entries");
  return 0;
}
