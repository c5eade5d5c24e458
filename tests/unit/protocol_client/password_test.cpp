#include "protocol/client/password.h"

#include <catch2/catch.hpp>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "tests/records/samples.h"

using namespace paddock;
using tests::from_hex;

namespace {

std::string password_of(uint64_t session) {
  const client::SessionPassword password = client::session_password(SessionId{static_cast<int64_t>(session)});
  return std::string(password.data(), password.size());
}

}  // namespace

TEST_CASE("the session password is the one that ZooKeeper's specification lists") {
  CHECK(password_of(0x0001000000000000) == from_hex("f22acd4a97e69d6d20a49bb638eadb38"));
  CHECK(password_of(0x0100000001234567) == from_hex("3d7b07f28a5ceaa810e96bbba0352d64"));
  CHECK(password_of(0x02000a1b2c3d0001) == from_hex("ac75fb1452f812e09482a8e51fc23bd8"));
}

TEST_CASE("the session password is the one in every connect response that was recorded") {
  size_t granted = 0;
  for (const std::string_view file : {"connect.txt", "readonly.txt"}) {
    for (const tests::Sample& sample : tests::load_samples(file)) {
      if (!sample.title.starts_with("ConnectResponse")) continue;
      const auto response = jute::decoded<client::ConnectResponse>(std::string_view(sample.bytes).substr(4));
      REQUIRE(response);
      if (response->session_id == 0) continue;
      ++granted;
      CHECK(response->password.view() == password_of(static_cast<uint64_t>(response->session_id)));
    }
  }
  CHECK(granted == 4);
}
