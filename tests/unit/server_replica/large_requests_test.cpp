#include "server/replica/large_requests.h"

#include <catch2/catch.hpp>

#include "server.h"

namespace paddock::replica {
using namespace testing;

TEST_CASE("only requests above the threshold count, and up to the budget there is room") {
  LargeRequests requests({1000, 5000});
  CHECK(requests.has_room(5000));
  CHECK_FALSE(requests.has_room(5001));
  requests.begin(1000);
  CHECK(requests.under_way() == 0);
  requests.begin(3000);
  CHECK(requests.has_room(2000));
  CHECK_FALSE(requests.has_room(2001));
  CHECK(requests.has_room(1000));
  requests.end(3000);
  CHECK(requests.under_way() == 0);
}

TEST_CASE("without a threshold no request is large") {
  const LargeRequests requests({});
  CHECK(requests.has_room(0x7fffffff));
}

TEST_CASE("a large request takes its room until it is answered, or its connection ends") {
  Server server;
  server.options.large_requests = {1000, 5000};
  Client client = server.client();
  client.create("/a", 0, std::string(3000, 'x'));
  CHECK_FALSE(server.replica().has_room(3000));
  CHECK(server.replica().has_room(1500));
  server.persist();
  CHECK(client.heard() == Heard{"1 ok"});
  CHECK(server.replica().has_room(5000));

  client.set("/a", std::string(3000, 'y'));
  client.get("/a");
  client.disconnect();
  CHECK(server.replica().has_room(5000));
  server.persist();
}

}  // namespace paddock::replica
