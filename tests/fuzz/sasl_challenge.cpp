// Tokens of a server to whom we log in by DIGEST-MD5: a NUL parts one from the next.
#include <algorithm>

#include "fuzz_target.h"
#include "protocol/sasl/digest_md5_client.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest = fuzz::text_of(data, size);
  sasl::DigestMd5Client client({"zookeeper-quorum", "zk-quorum-sasl-md5"}, "us", "nobody guesses this one",
                               "C");
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\0'), rest.size());
    (void)client.step(rest.substr(0, end));
    PADDOCK_CHECK(!client.is_complete(), "a stranger was believed");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return 0;
}
