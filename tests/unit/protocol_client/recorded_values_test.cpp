#include "protocol/client/records.h"

#include <catch2/catch.hpp>

#include "protocol/client/opcode.h"
#include "protocol/jute/codec.h"
#include "tests/records/samples.h"

using namespace paddock;
using namespace paddock::client;

namespace {

constexpr size_t kLengthAndRequestHeader = 4 + 8;
constexpr size_t kLengthAndReplyHeader = 4 + 16;

// Fields of recorded frames, held against values read off the specification.
class Recorded {
 public:
  explicit Recorded(std::string_view file) : samples_(tests::load_samples(file)) {}

  template <class Record>
  Record request(std::string_view title) const {
    return body<Record>("request: ", title, kLengthAndRequestHeader);
  }
  template <class Record>
  Record reply(std::string_view title) const {
    return body<Record>("reply: ", title, kLengthAndReplyHeader);
  }
  template <class Record>
  Record event(std::string_view title) const {
    return body<Record>("event: ", title, kLengthAndReplyHeader);
  }
  template <class Record>
  Record frame(std::string_view title) const {
    return body<Record>("", title, 4);
  }

 private:
  template <class Record>
  Record body(std::string_view kind, std::string_view title, size_t offset) const {
    const tests::Sample& sample = tests::sample_named(samples_, std::string(kind) + std::string(title));
    const auto record = jute::decoded<Record>(std::string_view(sample.bytes).substr(offset));
    REQUIRE(record);
    return *record;
  }

  std::vector<tests::Sample> samples_;
};

const Vector<Acl> kOpen{Acl{kPermAll, Id{"world", "anyone"}}};

}  // namespace

TEST_CASE("recorded connect records mean what the specification says") {
  const Recorded recorded("connect.txt");
  const std::string zeros(16, '\0');
  CHECK(recorded.frame<ConnectRequest>("ConnectRequest: new session") ==
        ConnectRequest{0, 0, 30000, 0, zeros, false});
  CHECK(recorded.frame<ConnectRequest>("ConnectRequest without") ==
        ConnectRequest{0, 0, 30000, 0, zeros, std::nullopt});
  CHECK(recorded.frame<ConnectResponse>("ConnectResponse: refused") ==
        ConnectResponse{0, 0, 0, zeros, false});
  CHECK(recorded.frame<RequestHeader>("ping request") ==
        RequestHeader{kXidPing, static_cast<int32_t>(OpCode::ping)});
  CHECK(recorded.frame<ReplyHeader>("ping reply") == ReplyHeader{kXidPing, 0x19, 0});
  CHECK(recorded.frame<RequestHeader>("closeSession request") ==
        RequestHeader{1, static_cast<int32_t>(OpCode::close_session)});
}

TEST_CASE("recorded creates mean what the specification says") {
  const Recorded recorded("requests.txt");
  CHECK(recorded.request<CreateRequest>("create (1) /v data") == CreateRequest{"/v", "hello", kOpen, 0});
  CHECK(recorded.reply<CreateResponse>("create (1) /v data") == CreateResponse{"/v"});
  CHECK(recorded.request<CreateRequest>("create (1) null data") ==
        CreateRequest{"/v/nul", Buffer(), kOpen, 0});
  CHECK(recorded.request<CreateRequest>("create2 (15) /v/c2 empty data") ==
        CreateRequest{"/v/c2", "", kOpen, 0});
  CHECK(recorded.reply<Create2Response>("create2 (15) /v/c2 empty data") ==
        Create2Response{"/v/c2", Stat{0x23, 0x23, 0x1a1ffaa1071, 0x1a1ffaa1071, 0, 0, 0, 0, 0, 0, 0x23}});
  CHECK(recorded.reply<Create2Response>("create2 (15) ephemeral sequential") ==
        Create2Response{"/v/es-0000000005", Stat{0x28, 0x28, 0x1a1ffaa1084, 0x1a1ffaa1084, 0, 0, 0,
                                                 0x010000415a650010, 1, 0, 0x28}});
  CHECK(recorded.request<CreateTtlRequest>("createTTL") == CreateTtlRequest{"/v/ttl", "", kOpen, 5, 1000000});
}

TEST_CASE("recorded reads mean what the specification says") {
  const Recorded recorded("requests.txt");
  const Stat parent{0x22, 0x22, 0x1a1ffaa1066, 0x1a1ffaa1066, 0, 7, 0, 0, 5, 7, 0x29};
  CHECK(recorded.request<PathWatchRequest>("getData (4) /v") == PathWatchRequest{"/v", false});
  CHECK(recorded.reply<GetDataResponse>("getData (4) /v") == GetDataResponse{"hello", parent});
  CHECK(recorded.reply<GetDataResponse>("getData (4) of null data").data == Buffer());
  CHECK(recorded.reply<GetDataResponse>("getData (4) of empty data").data == Buffer(""));
  CHECK(recorded.reply<StatResponse>("exists (3) /v") == StatResponse{parent});
  const Vector<Text> children{"nul", "e", "es-0000000005", "s-0000000001", "cont", "ttl", "c2"};
  CHECK(recorded.reply<GetChildrenResponse>("getChildren (8)") == GetChildrenResponse{children});
  CHECK(recorded.reply<GetChildren2Response>("getChildren2") == GetChildren2Response{children, parent});
  CHECK(recorded.reply<GetAllChildrenNumberResponse>("getAllChildrenNumber (104) /v").total == 7);
  CHECK(recorded.request<GetEphemeralsRequest>("getEphemerals (103) null") == GetEphemeralsRequest{Text()});
  CHECK(recorded.reply<GetEphemeralsResponse>("getEphemerals (103) prefix") ==
        GetEphemeralsResponse{Vector<Text>{"/v/es-0000000005"}});
  CHECK(recorded.reply<WhoAmIResponse>("whoAmI (107) after") ==
        WhoAmIResponse{Vector<ClientInfo>{ClientInfo{"digest", "user"}, ClientInfo{"ip", "127.0.0.1"}}});
  CHECK(recorded.reply<PathRecord>("sync (9) null") == PathRecord{Text()});
}

TEST_CASE("recorded changes mean what the specification says") {
  const Recorded recorded("requests.txt");
  const Vector<Acl> two{Acl{kPermAll, Id{"world", "anyone"}}, Acl{kPermRead, Id{"digest", "u:abc"}}};
  CHECK(recorded.request<SetDataRequest>("setData (5) /v") == SetDataRequest{"/v", "world", 0});
  CHECK(recorded.request<SetAclRequest>("setACL") == SetAclRequest{"/v", two, 0});
  CHECK(recorded.reply<GetAclResponse>("getACL").acl == two);
  CHECK(recorded.request<DeleteRequest>("delete (2) not empty") == DeleteRequest{"/v", -1});
  CHECK(recorded.request<AuthPacket>("auth") == AuthPacket{0, "digest", "user:pw"});
  CHECK(recorded.request<ReconfigRequest>("reconfig") ==
        ReconfigRequest{Text(), Text(), "server.1=a:1:2:participant;1", -1});
}

TEST_CASE("recorded watch requests and events mean what the specification says") {
  const Recorded requests("requests.txt");
  CHECK(requests.request<PathTypeRequest>("checkWatches") ==
        PathTypeRequest{"/v", static_cast<int32_t>(WatcherType::any)});
  CHECK(requests.request<PathTypeRequest>("addWatch") ==
        PathTypeRequest{"/v", static_cast<int32_t>(AddWatchMode::persistent_recursive)});
  CHECK(requests.reply<ErrorResponse>("addWatch") == ErrorResponse{0});
  const Recorded watches("watches.txt");
  CHECK(watches.request<PathWatchRequest>("exists watch=1") == PathWatchRequest{"/w/x", true});
  CHECK(watches.event<WatcherEvent>("NodeCreated") ==
        WatcherEvent{static_cast<int32_t>(EventType::created), kStateSyncConnected, "/w/x"});
  CHECK(watches.request<SetWatchesRequest>("setWatches (101)") ==
        SetWatchesRequest{
            0x17c, {"/sw/d", "/sw/gone", "/sw/e"}, {"/sw/d2", "/sw/none"}, {"/sw/c", "/sw/gone", "/sw/e"}});
  CHECK(watches.request<SetWatches2Request>("setWatches2") ==
        SetWatches2Request{0x17c, {}, {}, {}, {"/sw/p"}, {"/sw/r"}});
}
