#include "protocol/client/records.h"

#include <catch2/catch.hpp>

#include "tests/records/generated_laws.h"
#include "tests/records/samples.h"

using namespace paddock;
using namespace paddock::client;

namespace {

using AllRecords =
    std::tuple<ConnectRequest, ConnectResponse, RequestHeader, ReplyHeader, Id, Acl, Stat, StatPersisted,
               CreateRequest, CreateTtlRequest, CreateResponse, Create2Response, DeleteRequest,
               PathWatchRequest, StatResponse, GetDataResponse, SetDataRequest, GetChildrenResponse,
               GetChildren2Response, PathRecord, GetAllChildrenNumberResponse, GetAclResponse, SetAclRequest,
               CheckVersionRequest, PathTypeRequest, SetWatchesRequest, SetWatches2Request, WatcherEvent,
               AuthPacket, SaslToken, MultiHeader, ErrorResponse, GetEphemeralsRequest, GetEphemeralsResponse,
               ReconfigRequest, ClientInfo, WhoAmIResponse, CreateSessionRequest>;

}  // namespace

TEST_CASE("the list of client records is complete") {
  CHECK(std::tuple_size_v<AllRecords> == tests::count_structs("protocol/client/records.h"));
}

TEST_CASE("every client record survives the wire, and no spoiled encoding of it harms the reader") {
  CHECK(tests::laws_hold_for_all(std::type_identity<AllRecords>(), 300).value_or("") == "");
}

TEST_CASE("an encoding cut anywhere is refused, except in front of an optional tail") {
  const ConnectRequest connect{0, 7, 30000, 1, "0123456789abcdef", true};
  const std::string bytes = jute::encoded(connect);
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = jute::decoded<ConnectRequest>(std::string_view(bytes).substr(0, size));
    CHECK(cut.has_value() == (size == bytes.size() - 1));
  }
}

TEST_CASE("a length below -1 is refused, a count below -1 is an empty vector") {
  std::string bytes = jute::encoded(GetAclResponse{Vector<Acl>{Acl{31, Id{"world", "anyone"}}}, Stat{}});
  jute::store_int(bytes.data() + 8, -2);
  CHECK_FALSE(jute::decoded<GetAclResponse>(bytes));

  bytes = jute::encoded(GetAclResponse{Vector<Acl>{}, Stat{}});
  jute::store_int(bytes.data(), -2);
  const auto response = jute::decoded<GetAclResponse>(bytes);
  REQUIRE(response);
  CHECK(response->acl == Vector<Acl>{});
}
