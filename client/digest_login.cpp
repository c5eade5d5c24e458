#include "client/digest_login.h"

#include <fmt/format.h>

#include <random>

#include "protocol/sasl/digest_md5_client.h"

namespace paddock::client {
namespace {

std::string unguessable() {
  std::random_device device;
  std::string text;
  for (int i = 0; i < 4; ++i) text += fmt::format("{:08x}", device());
  return text;
}

}  // namespace

MakeInitiator digest_login(std::string user, std::string password) {
  return [user = std::move(user), password = std::move(password)](const std::string&) {
    const sasl::DigestNames names{"zookeeper", "zk-sasl-md5"};
    return std::make_unique<sasl::DigestMd5Client>(names, user, password, unguessable());
  };
}

}  // namespace paddock::client
