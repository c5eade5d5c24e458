#include "server/net/request_glimpse.h"

#include <catch2/catch.hpp>

#include "protocol/jute/endian.h"
#include "server_fixture.h"

namespace paddock::net {
namespace {

std::string number(int32_t value) {
  std::string bytes(4, '\0');
  jute::store_int(bytes.data(), value);
  return bytes;
}

std::string request(int32_t type, int32_t length, std::string_view path) {
  return number(1) + number(type) + number(length) + std::string(path);
}

}  // namespace

TEST_CASE("a request is named by what there is of it") {
  CHECK(glimpse_of("") == "a request");
  CHECK(glimpse_of(number(1) + "abc") == "a request");
  CHECK(glimpse_of(number(1) + number(5)) == "setData");
  CHECK(glimpse_of(request(5, 4, "/abc") + "data") == "setData of /abc");
  CHECK(glimpse_of(request(1, 10, "/abc")) == "create of /abc...");
  CHECK(glimpse_of(request(1, 300, "/" + std::string(299, 'x'))) ==
        "create of /" + std::string(199, 'x') + "...");
  CHECK(glimpse_of(request(1, 3, std::string("/\n\0", 3))) == "create of /\\x0a\\x00");
  CHECK(glimpse_of(request(1, -1, "/abc")) == "create");
  CHECK(glimpse_of(request(14, 4, "/abc")) == "multi");
  CHECK(glimpse_of(request(77, 4, "/abc")) == "unknown");
}

TEST_CASE("a request that is too large is remarked with its path, its size and the limit") {
  ClientServerOptions options;
  options.max_frame = 10000;
  ServerFixture fixture(options);
  auto client = fixture.connect_with_session();
  fixture.write(client, number(10001) + request(1, 4, "/big"));
  CHECK(fixture.read_to_end(client).empty());
  fixture.until([&] { return !fixture.remarks.empty(); });
  CHECK(fixture.remarks.front() ==
        "127.0.0.1 sent create of /big with 10001 bytes; jute.maxbuffer allows 10000, and its connection is "
        "closed");
}

}  // namespace paddock::net
