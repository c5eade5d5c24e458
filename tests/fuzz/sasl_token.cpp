// Tokens of a client that logs in by DIGEST-MD5: a NUL parts one from the next.
#include <algorithm>

#include "fuzz_target.h"
#include "protocol/sasl/digest_md5.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const sasl::Passwords kPasswords = {{"bob", "nobody guesses this one"}};
  std::string_view rest = fuzz::text_of(data, size);
  (void)sasl::parse_directives(rest);
  sasl::DigestMd5Server server({"zookeeper", "zk-sasl-md5"}, kPasswords, "N");
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\0'), rest.size());
    (void)server.step(rest.substr(0, end));
    PADDOCK_CHECK(!server.is_complete(), "a stranger logged in");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return 0;
}
